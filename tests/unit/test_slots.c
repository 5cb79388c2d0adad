/* test_slots.c - what was put in is found, whatever its hash */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>
#include <tlstrail/util/arena.h>
#include <tlstrail/util/slots.h>

#define MOST 5000

struct keys {
	struct tt_slots slots;
	uint64_t (*hash)(uint64_t key);
	uint64_t v[MOST];
	size_t n;
};

static uint64_t spread(uint64_t key)
{
	return key * UINT64_C(0x9e3779b97f4a7c15);
}

static uint64_t same(uint64_t key)
{
	(void)key;
	return UINT64_MAX;
}

/* Nothing where slots_first() looks: they stand one behind the other. */
static uint64_t low(uint64_t key)
{
	return key & UINT32_MAX;
}

static uint64_t itself(uint64_t key)
{
	return key << 32;
}

static uint32_t *find(struct keys *k, uint64_t key)
{
	uint32_t *slot = tt_slots_first(&k->slots, k->hash(key));

	while (*slot && k->v[*slot - 1] != key)
		slot = tt_slots_next(&k->slots, slot);
	return slot;
}

/* Its place; it is added where it is not there. */
static size_t place_of(struct keys *k, uint64_t key)
{
	if (tt_slots_grow(&k->slots, k->n))
		for (size_t i = 0; i < k->n; i++)
			tt_slots_put(&k->slots, k->hash(k->v[i]), i);
	uint32_t *const slot = find(k, key);

	if (!*slot) {
		k->v[k->n++] = key;
		*slot = (uint32_t)k->n;
	}
	return *slot - 1;
}

static size_t taken(const struct tt_slots *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->v[i] != 0;
	return n;
}

static void test_find(void **state)
{
	static const struct {
		const char *name;
		uint64_t (*hash)(uint64_t);
		size_t n;
	} rows[] = {
		{ "one", spread, 1 },
		{ "hashes that are spread", spread, MOST },
		{ "hashes that are numbers in a row", itself, MOST },
		{ "hashes that differ where nobody looks", low, 300 },
		{ "one hash for all, the last slot's", same, 300 },
	};
	struct keys k;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&k, 0, sizeof(k));
		k.hash = rows[i].hash;
		print_message("%s\n", rows[i].name);
		for (size_t n = 0; n < rows[i].n; n++)
			assert_int_equal(place_of(&k, 3 * n), n);
		for (size_t n = 0; n < rows[i].n; n++) {
			assert_int_equal(place_of(&k, 3 * n), n);
			assert_int_equal(*find(&k, 3 * n + 1), 0);
		}
		assert_int_equal(k.n, rows[i].n);
		assert_int_equal(taken(&k.slots), k.n);
		assert_true(k.slots.n >= 2 * k.n);
		tt_slots_release(&k.slots);
	}
}

/* Its room grows when half of it is taken, and not before. */
static void test_grow(void **state)
{
	struct tt_slots s = { 0 };

	(void)state;
	assert_true(tt_slots_grow(&s, 0));
	assert_int_equal(s.n, 16);
	assert_false(tt_slots_grow(&s, 7));
	tt_slots_put(&s, 0, 6);
	assert_true(tt_slots_grow(&s, 8));
	assert_int_equal(s.n, 32);
	assert_int_equal(taken(&s), 0);
	assert_true(tt_slots_grow(&s, 1000));
	assert_int_equal(s.n, 2048);
	tt_slots_release(&s);
}

static void test_clear(void **state)
{
	struct tt_slots s = { 0 };

	(void)state;
	tt_slots_clear(&s);
	assert_true(tt_slots_grow(&s, 0));
	tt_slots_put(&s, UINT64_MAX, 0);
	tt_slots_put(&s, UINT64_MAX, 1);
	assert_int_equal(taken(&s), 2);
	assert_int_equal(s.v[s.n - 1], 1);
	assert_int_equal(s.v[0], 2);
	tt_slots_clear(&s);
	assert_int_equal(taken(&s), 0);
	assert_int_equal(s.n, 16);
	tt_slots_release(&s);
	assert_null(s.v);
	tt_slots_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_grow),
		cmocka_unit_test(test_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
