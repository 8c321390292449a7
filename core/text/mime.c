/* SPDX-License-Identifier: MIT */
#include "text/mime.h"

#include <string.h>

#include "text/proof.h"

/* Python's mimetypes.types_map: "top/;subtype extension extension;subtype".
   A subtype alone is its own extension, without the "x-". */
static const char *const groups[] = {
    ("application/;javascript js mjs;json;manifest+json webmanifest"
     ";msword doc dot wiz;n-quads nq;n-triples nt"
     ";octet-stream a bin dll exe o obj so;oda;pdf;pkcs7-mime p7c"
     ";postscript ai eps ps;trig;vnd.apple.mpegurl m3u m3u8"
     ";vnd.ms-excel xlb xls;vnd.ms-powerpoint pot ppa pps ppt pwz;wasm"
     ";x-bcpio;x-cpio;x-csh;x-dvi;x-gtar;x-hdf;x-hdf5 h5;x-latex;x-mif"
     ";x-netcdf cdf nc;x-pkcs12 p12 pfx;x-pn-realaudio ram"
     ";x-python-code pyc pyo;x-sh;x-shar;x-shockwave-flash swf;x-sv4cpio"
     ";x-sv4crc;x-tar;x-tcl;x-tex;x-texinfo texi texinfo;x-troff roff t tr"
     ";x-troff-man man;x-troff-me me;x-troff-ms ms;x-ustar;x-wais-source src"
     ";xml rdf wsdl xpdl xsl;zip"),
    ("audio/;3gpp 3gp 3gpp;3gpp2 3g2 3gpp2;aac aac adts ass loas"
     ";basic au snd;mpeg mp2 mp3;opus;x-aiff aif aifc aiff;x-pn-realaudio ra"
     ";x-wav"),
    ("image/;avif;bmp;gif;heic;heif;ief;jpeg jpe jpeg jpg;png;svg+xml svg"
     ";tiff tif tiff;vnd.microsoft.icon ico;x-cmu-raster ras"
     ";x-portable-anymap pnm;x-portable-bitmap pbm;x-portable-graymap pgm"
     ";x-portable-pixmap ppm;x-rgb;x-xbitmap xbm;x-xpixmap xpm"
     ";x-xwindowdump xwd"),
    "message/;rfc822 eml mht mhtml nws",
    ("text/;css;csv;html htm html;n3;plain bat c h ksh pl srt txt"
     ";richtext rtx;tab-separated-values tsv;vtt;x-python py;x-setext etx"
     ";x-sgml sgm sgml;x-vcard vcf;xml"),
    ("video/;mp4;mpeg m1v mpa mpe mpeg mpg;quicktime mov qt;webm"
     ";x-msvideo avi;x-sgi-movie movie"),
};

/* Takes off what stands before `end`, and `end` itself. */
static struct lwurl_str take(struct lwurl_str *s, char end)
{
    size_t n = str_find(*s, end);
    struct lwurl_str front = str_cut(*s, 0, n);

    *s = str_cut(*s, n < s->n ? n + 1 : n, SIZE_MAX);
    return front;
}

/* Takes the extension off the name that a path ends with, its dot too. Dots
   that a name begins with are no extension (posixpath.splitext). */
static struct lwurl_str take_extension(struct lwurl_str *path)
{
    size_t from = path->n, dot;

    while (from > 0 && path->p[from - 1] != '/')
        LOOP_HOLDS(from <= path->n, from)
    {
        from--;
    }
    while (from < path->n && path->p[from] == '.')
        LOOP_HOLDS(from <= path->n, path->n - from)
    {
        from++;
    }
    for (dot = path->n; dot > from && path->p[dot - 1] != '.';)
        LOOP_HOLDS(from <= dot && dot <= path->n, dot)
    {
        dot--;
    }
    struct lwurl_str none = {NULL, 0};
    struct lwurl_str extension = str_cut(*path, dot, SIZE_MAX);
    if (dot <= from)
        return none;
    path->n = dot - 1;
    return extension;
}

/* Is it in the list, in any case? */
static bool is_one_of(struct lwurl_str word, struct lwurl_str words)
{
    while (words.n > 0)
        LOOP_WRITES((words), IS_PART(words), words.n)
    {
        if (str_same(take(&words, ' '), word))
            return true;
    }
    return false;
}

static struct lwurl_str own_extension(struct lwurl_str subtype)
{
    bool private = subtype.p[0] == 'x' && subtype.p[1] == '-';

    return str_cut(subtype, private ? 2 : 0, SIZE_MAX);
}

/* The subtype in a group, or an empty slice. */
static struct lwurl_str find(struct lwurl_str group, struct lwurl_str extension)
{
    struct lwurl_str none = {NULL, 0};

    while (group.n > 0) {
        struct lwurl_str words = take(&group, ';');
        struct lwurl_str subtype = take(&words, ' ');
        if (words.n == 0)
            words = own_extension(subtype);
        if (is_one_of(extension, words))
            return subtype;
    }
    return none;
}

/* mimetypes.suffix_map: a type and a compression in one. */
static struct lwurl_str expand(struct lwurl_str extension)
{
    if (is_one_of(extension, STR("tgz taz tz tbz2 txz")))
        return STR("tar");
    return str_same(extension, STR("svgz")) ? STR("svg") : extension;
}

/* mimetypes.encodings_map: case counts. */
static bool is_compressed(struct lwurl_str extension)
{
    return str_equal(extension, STR("gz")) || str_equal(extension, STR("Z")) ||
           str_equal(extension, STR("bz2")) ||
           str_equal(extension, STR("xz")) || str_equal(extension, STR("br"));
}

size_t mime_guess(struct lwurl_str path, char type[MIME_MAX])
{
    struct lwurl_str extension = take_extension(&path);

    extension =
        is_compressed(extension) ? take_extension(&path) : expand(extension);
    if (extension.n == 0)
        return 0;
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        struct lwurl_str group = str_of(groups[i]);
        struct lwurl_str top = take(&group, ';');
        struct lwurl_str subtype = find(group, extension);
        if (subtype.n > 0) {
            memcpy(type, top.p, top.n);
            memcpy(type + top.n, subtype.p, subtype.n);
            return top.n + subtype.n;
        }
    }
    return 0;
}
