# SPDX-License-Identifier: MIT
"""Links small images: every byte is counted once, under the right part."""

import os
import subprocess
import tempfile
import unittest

import counted
import size

CROSS = "arm-none-eabi-"

SCRIPT = """
MEMORY
{
    flash (rx) : ORIGIN = 0, LENGTH = 4K
    ram (rw) : ORIGIN = 0x20000000, LENGTH = 2K
}
SECTIONS
{
    .text : { *(.text .text.*) *(.rodata .rodata.*) . = ALIGN(4); } > flash
    .stacks (NOLOAD) : { KEEP(*(.stack.main)) . += 0x100; } > ram
    .data : { *(.data .data.*) } > ram AT > flash
    .bss (NOLOAD) : { *(.bss .bss.* COMMON) } > ram
    /DISCARD/ : { *(.ARM.*) }
}
"""

MAIN = """
extern int core(void);
char line[10];
char task_stack[64];
char main_stack[512] __attribute__((section(".stack.main,\\"aw\\",%nobits@")));
void _start(void) { line[core()] = task_stack[1] + main_stack[2]; }
"""

CORE = "const char words[5] = {1, 2, 3, 4, 5};\n"


class Size(unittest.TestCase):
    def build(self, folder, core):
        def at(name):
            return os.path.join(folder, name)

        def gcc(*arguments):
            subprocess.run([CROSS + "gcc", "-mcpu=cortex-m3", "-mthumb",
                            "-Os", "-fdata-sections"] + list(arguments),
                           check=True)
        os.makedirs(at("obj/boards"))
        for name, text in (("main.c", MAIN), ("core.c", core),
                           ("link.ld", SCRIPT)):
            with open(at(name), "w", encoding="utf-8") as out:
                out.write(text)
        gcc("-c", "-o", at("obj/boards/main.o"), at("main.c"))
        gcc("-c", "-o", at("core.o"), at("core.c"))
        subprocess.run([CROSS + "ar", "qcs", at("liblwurl.a"), at("core.o")],
                       check=True)
        gcc("-nostdlib", "-T", at("link.ld"), "-o", at("a.elf"),
            "-Wl,--build-id=none", "-Wl,-Map=" + at("a.map"),
            at("obj/boards/main.o"), at("liblwurl.a"))
        return CROSS, at("a.elf"), at("a.map")

    def sizes(self, core):
        with tempfile.TemporaryDirectory() as folder:
            return size.measure(*self.build(folder, core))

    def test_parts(self):
        sizes = self.sizes(CORE + "int core(void) { return words[0]; }\n")
        self.assertEqual(sizes.ram["stacks"], 512 + 0x100 + 64)
        self.assertEqual(sizes.flash["stacks"], 0)
        self.assertEqual(sizes.ram["board"], 10)
        self.assertEqual(sizes.ram["core"], 0)
        self.assertGreaterEqual(sizes.flash["core"], 5)
        self.assertEqual(sizes.core["core.o"], [sizes.flash["core"], 0])
        self.assertEqual(sizes.length(False), 4096)
        self.assertEqual(sizes.length(True), 2048)

    def test_data_of_core_counts_twice_and_fails(self):
        code = "int state = 3;\nint core(void) { return state; }\n"
        self.assertEqual(self.sizes(code).ram["core"], 4)
        with tempfile.TemporaryDirectory() as folder:
            arguments = self.build(folder, code)
            done = subprocess.run(["/usr/bin/python3", size.__file__]
                                  + list(arguments), stdout=subprocess.PIPE,
                                  text=True, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("core's .data + .bss: 4", done.stdout)

    def test_sum_is_what_the_image_has(self):
        with tempfile.TemporaryDirectory() as folder:
            arguments = self.build(
                folder, CORE + "int state = 1, more[9];\n"
                "int core(void) { return words[0] + state + more[1]; }\n")
            sizes = size.measure(*arguments)
            listing = subprocess.run(
                [CROSS + "size", arguments[1]], check=True,
                stdout=subprocess.PIPE, text=True).stdout
        text, data, bss = map(int, listing.splitlines()[1].split()[:3])
        self.assertEqual(sum(sizes.flash.values()), text + data)
        self.assertEqual(sum(sizes.ram.values()), data + bss)

    def test_merged_strings_count_once(self):
        sizes = self.sizes(
            'const char *a(void) { return "abcdef"; }\n'
            'const char *b(void) { return "cdef"; }\n'
            "int core(void) { return a()[1] + b()[1]; }\n")
        self.assertGreater(sizes.flash["core"], 7)

    def test_clip(self):
        one = size.Piece(".text", ".rodata.a.str1.1", 100, 6, "x")
        two = size.Piece(".text", ".rodata.b.str1.1", 102, 5, "x")
        end = size.Piece(".text", ".text.c", 107, 8, "x")
        self.assertEqual(list(size.clip([one, two, end])),
                         [one._replace(size=2), two, end])
        # Code that overlaps is a map that is not understood.
        wrong = size.Piece(".text", ".text.d", 110, 8, "x")
        self.assertEqual(list(size.clip([end, wrong])), [end, wrong])

    def test_map_of_another_image(self):
        with tempfile.TemporaryDirectory() as folder:
            prefix, image, map_path = self.build(
                folder, "int core(void) { return 1; }\n")
            with open(map_path, encoding="utf-8") as lines:
                text = lines.read()
            with open(map_path, "w", encoding="utf-8") as out:
                out.write(text.replace("0x40 ", "0x44 "))
            with self.assertRaises(size.MapError):
                size.measure(prefix, image, map_path)


if __name__ == "__main__":
    counted.main()
