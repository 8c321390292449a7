# SPDX-License-Identifier: MIT
#
# An empty port to copy. No board names it; the tests compile it.

PORT_template_SRCS := port/template/lwurl_template.c
