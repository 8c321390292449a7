/* SPDX-License-Identifier: MIT */
/* port/template compiles, links, and says no to everything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lwurl.h"
#include "template/lwurl_template.h"

static struct lwurl_template nothing;
static const struct lwurl_port port = LWURL_TEMPLATE_PORT(&nothing);

static void is_down(void **state)
{
    (void)state;
    assert_int_equal(port.up(port.ctx), 0);
    assert_int_equal(port.now_ms(port.ctx), 0);
}

static void finds_nobody(void **state)
{
    struct lwurl_str name = {"10.0.0.1", 8};
    struct lwurl_addr to;
    int slot = LWURL_PORT_NONE;

    (void)state;
    assert_int_equal(port.resolve(port.ctx, &slot, name, 0, &to),
                     LWURL_ERR_DNS);
    assert_int_equal(slot, LWURL_PORT_NONE);
    port.resolve_cancel(port.ctx, slot);
}

static void connects_nowhere(void **state)
{
    struct lwurl_addr to = {.family = 4, .port = 80};
    struct lwurl_str slice = {"x", 1};
    char byte;

    (void)state;
    assert_int_equal(port.connect(port.ctx, &to), LWURL_ERR_STACK);
    assert_int_equal(port.connected(port.ctx, 0), LWURL_ERR_UNREACHABLE);
    assert_int_equal(port.send(port.ctx, 0, &slice, 1), LWURL_ERR_RESET);
    assert_int_equal(port.recv(port.ctx, 0, &byte, 1), LWURL_ERR_RESET);
    port.close(port.ctx, 0, 0);
    port.wait(port.ctx, LWURL_PORT_NONE, 0, 1000);
    port.wake(port.ctx);
}

static void a_fetch_fails_at_once(void **state)
{
    static const struct lwurl_handler handlers[] = {LWURL_HTTP};
    static const struct lwurl_opener opener = {&port, handlers, 1};
    static const struct lwurl_request request = {.url = "http://10.0.0.1/"};
    static unsigned char work[256];
    static struct lwurl u;

    (void)state;
    assert_int_equal(lwurl_open(&u, &opener, &request, work, sizeof work),
                     LWURL_ERR_NETDOWN);
    lwurl_end(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_down),
        cmocka_unit_test(finds_nobody),
        cmocka_unit_test(connects_nowhere),
        cmocka_unit_test(a_fetch_fails_at_once),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
