/* page.c - the page: src/web/page, put together when the program was built */
#include "web.h"

#include "page_bytes.h"

struct tt_slice tt_page(void)
{
	return (struct tt_slice){ tt_page_bytes, sizeof(tt_page_bytes) };
}
