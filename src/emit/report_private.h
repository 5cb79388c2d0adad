/* report_private.h - the sections of the HTML report, each in its file */
#ifndef TLSTRAIL_EMIT_REPORT_PRIVATE_H
#define TLSTRAIL_EMIT_REPORT_PRIVATE_H

#include "html.h"
#include "report_answer.h"
#include "words.h"

/* What the sections share. */
struct tt_page {
	struct tt_out *out;
	const struct tt_report *r;
	struct tt_report_answer answer;
	struct tt_periods periods;
	struct tt_arena *arena;
};

/* The content of <style>, and its hash as the policy names it. */
extern const char tt_report_style[];

void tt_page_charts(struct tt_page *p);	  /* months */
void tt_page_systems(struct tt_page *p); /* receivers, peers, heat map */
void tt_page_campaign(struct tt_page *p);
void tt_page_delays(struct tt_page *p);
void tt_page_worst(struct tt_page *p);
void tt_page_method(struct tt_page *p); /* coverage, limits, sources */
/* One message's hops; in a list element of the caller's. */
void tt_page_timeline(struct tt_page *p, const struct tt_timeline *t);

/* ---- report_pieces.c: what sections are made of ---- */

/* <section> with its heading; our own words. */
void tt_page_begin(struct tt_page *p, const char *id, const char *title);
void tt_page_end(struct tt_page *p);
/* A paragraph of our own words. */
void tt_page_para(struct tt_page *p, const char *class, const char *words);
void tt_page_more(struct tt_page *p, uint64_t more, const char *what);
/* A bar of the seven states as wide as its place; `class` its height. */
void tt_page_bar(struct tt_page *p, const struct tt_states *s,
		 const char *class);
/* "TLS 1.3 80, cleartext 2": for those who cannot see the bar. */
void tt_page_bar_words(struct tt_out *out, const struct tt_states *s);
/* <rect> of a class; all in hundredths of a percent of the width, y and
 * height in pixels. */
void tt_page_rect(struct tt_out *out, const char *class, uint64_t x,
		  uint64_t width, unsigned y, unsigned height);
/* Not known: our words for it. */
void tt_page_name(struct tt_page *p, struct tt_slice name,
		  const char *unknown);

#endif
