/* layout.h: JPEG files of every layout that libjpeg-turbo writes and reads.
 *
 * A "layout" is how a JPEG file arranges its data: component count, sampling
 * factors, coding, scan order, restart interval, colour markers.  This small
 * library writes a deterministic test picture in a given layout, and decodes
 * a JPEG to the RGB pixels that libjpeg-turbo (and so Pillow) gives for it.
 *
 * It keeps no global state, prints nothing and never ends the process, so
 * that it can also be linked into a fuzz target.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LAYOUT_MAX_COMPONENTS 4

enum layout_colour {
    COLOUR_GRAY,
    COLOUR_YCC,
    COLOUR_RGB,
    COLOUR_CMYK,
    COLOUR_YCCK,
    COLOUR_COUNT
};

/* How the file tells its colour space: by a marker, or by component ids. */
enum layout_mark {
    MARK_JFIF,          /* JFIF marker, ids 1, 2, 3 */
    MARK_ADOBE,         /* Adobe marker, ids 1, 2, 3 (4) */
    MARK_ADOBE_LETTERS, /* Adobe marker, ids 'R','G','B' or 'C','M','Y','K' */
    MARK_IDS_ONE,       /* no marker, ids 1, 2, 3 (4) */
    MARK_IDS_ZERO,      /* no marker, ids 0, 1, 2 (3) */
    MARK_IDS_LETTERS,   /* no marker, ids 'R','G','B' or 'C','M','Y','K' */
    MARK_COUNT
};

enum layout_coding {
    CODING_BASELINE,        /* SOF0, the standard Huffman tables */
    CODING_OPTIMISED,       /* SOF0, optimised Huffman tables */
    CODING_EXTENDED_TABLES, /* SOF1: each component has its own tables, 0..3 */
    CODING_EXTENDED_QUANT,  /* SOF1: 16-bit quantisation tables */
    CODING_PROGRESSIVE,     /* SOF2 */
    CODING_PROGRESSIVE_EXTENDED, /* SOF2, tables 0..3, 16-bit quantisation */
    CODING_COUNT
};

/* Scan scripts; the first SCRIPT_PROGRESSIVE ones are for sequential coding,
 * the others for progressive coding.  "First" is component 0. */
enum layout_script {
    SCRIPT_INTERLEAVED,   /* all components in one scan */
    SCRIPT_PER_COMPONENT, /* one scan per component, in order */
    SCRIPT_REVERSE,       /* one scan per component, last one first */
    SCRIPT_FIRST_REST,    /* the first alone, then the rest interleaved */
    SCRIPT_REST_FIRST,    /* the rest interleaved, then the first */
    SCRIPT_ENDS_MIDDLE,   /* first and last interleaved, then the middle */
    SCRIPT_PROGRESSIVE,
    /* What jpeg_simple_progression() makes. */
    SCRIPT_SIMPLE = SCRIPT_PROGRESSIVE,
    SCRIPT_PLAIN,        /* DC interleaved, AC 1-63 per component */
    SCRIPT_DC_ALONE,     /* DC per component, last first; then AC 1-63 */
    SCRIPT_REFINE,       /* DC interleaved in 3 passes, AC in 4 passes */
    SCRIPT_BANDS,        /* DC interleaved, AC 1-2, 3-9, 10-63 */
    SCRIPT_COMPONENTWISE, /* each component complete, with refinement, before
                             the next; last component first */
    SCRIPT_DC_MIXED,     /* DC: the rest interleaved, then the first; DC
                            refinement per component */
    SCRIPT_COUNT
};

enum layout_restart {
    RESTART_NONE,
    RESTART_1_MCU,
    RESTART_3_MCUS,
    RESTART_MCU_ROW, /* differs from scan to scan if the MCU does */
    RESTART_COUNT
};

struct layout {
    int width, height;
    int quality; /* 1..100 */
    uint32_t seed; /* chooses the picture */
    enum layout_colour colour;
    enum layout_mark mark;
    enum layout_coding coding;
    enum layout_script script;
    enum layout_restart restart;
    unsigned char h[LAYOUT_MAX_COMPONENTS]; /* sampling factors, 1..4 */
    unsigned char v[LAYOUT_MAX_COMPONENTS];
};

/* Results.  0 is success.  A code between LAYOUT_OWN_CODES and 0 is a
 * libjpeg error: the negated message code (see layout_reason()). */
enum {
    LAYOUT_OK = 0,
    LAYOUT_WARNED = 1, /* pixels were made, but libjpeg gave warnings */
    LAYOUT_OWN_CODES = -1000,
    LAYOUT_ILLEGAL = -1000,
    LAYOUT_NO_MEMORY = -1001,
    LAYOUT_TOO_LARGE = -1002,
    LAYOUT_UNKNOWN_COLOUR = -1003
};

/* The number of components of a colour space. */
int layout_components(enum layout_colour colour);

/* Nonzero if the fields are in range and fit each other (mark to colour,
 * script to coding and component count), whatever the sampling factors. */
int layout_is_coherent(const struct layout *layout);

/* Nonzero if libjpeg-turbo writes and reads this layout. */
int layout_is_legal(const struct layout *layout);

/* Writes the test picture in a coherent layout.  Whether the sampling
 * factors are possible is left to libjpeg: an error code says so if not.
 * On success the caller frees *jpeg with free(). */
int layout_encode(const struct layout *layout, unsigned char **jpeg,
                  unsigned long *size);

/* Decodes a JPEG as Pillow's Image.open(f).convert("RGB") does: w*h*3 bytes,
 * with libjpeg-turbo's default settings.  On LAYOUT_OK and LAYOUT_WARNED the
 * caller frees *rgb with free(). */
int layout_reference(const unsigned char *jpeg, unsigned long size,
                     unsigned char **rgb, int *w, int *h);

/* Draws a legal layout of at most 80x80 pixels from fuzz bytes (missing
 * bytes count as 0).  Returns nonzero if the result is not legal. */
int layout_from_bytes(const unsigned char *data, size_t len,
                      struct layout *out);

/* A static text for a result code, possibly with printf placeholders. */
const char *layout_reason(int code);

#ifdef __cplusplus
}
#endif

#endif
