/* replay - feed files to a fuzz target without a fuzzer
 *
 * Usage: replay_NAME FILE...
 *
 * Linked with one fuzz_NAME.c by any compiler, so that `make check` runs the
 * seeds under whatever sanitizer is on.  A file's name is printed before it
 * is read: after a crash the last line names the culprit.  Returns 1 where a
 * file cannot be read; files over 64 MiB are refused. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_BYTES (64L << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* -1 where it cannot be told, or is out of bounds. */
static long file_size(FILE *f)
{
	if (fseek(f, 0, SEEK_END) != 0)
		return -1;
	const long size = ftell(f);
	if (size > MAX_BYTES || fseek(f, 0, SEEK_SET) != 0)
		return -1;
	return size;
}

/* The copy is exactly as large as the file: a sanitizer sees the first byte
 * that is read beyond it. */
static int feed(FILE *f)
{
	const long size = file_size(f);
	if (size < 0)
		return -1;
	uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
	if (!data)
		return -1;
	const size_t n = fread(data, 1, (size_t)size, f);
	const int status = n == (size_t)size ? 0 : -1;
	if (status == 0)
		(void)LLVMFuzzerTestOneInput(data, n);
	free(data);
	return status;
}

int main(int argc, char **argv)
{
	int status = 0;
	for (int i = 1; i < argc; i++) {
		printf("%s\n", argv[i]);
		(void)fflush(stdout);
		FILE *f = fopen(argv[i], "rb");
		if (!f || feed(f) < 0) {
			fprintf(stderr, "replay: cannot read %s\n", argv[i]);
			status = 1;
		}
		if (f)
			(void)fclose(f);
	}
	return status;
}
