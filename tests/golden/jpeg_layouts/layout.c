/* layout.c: JPEG files of every layout that libjpeg-turbo writes and reads. */
#include "layout.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#define MAX_SCANS 32
#define MAX_BLOCKS_IN_MCU 10
#define MAX_REFERENCE_PIXELS (1L << 26)
#define MAX_FUZZ_SIDE 80

/* ---- Errors ---------------------------------------------------------- */

/* libjpeg's error manager, with a way back out of the library. */
struct failure {
    struct jpeg_error_mgr base; /* must be the first member */
    jmp_buf back;
    int code;
};

static void fail(struct failure *failure, int code)
{
    failure->code = code;
    longjmp(failure->back, 1);
}

static void on_error_exit(j_common_ptr cinfo)
{
    fail((struct failure *)cinfo->err, -cinfo->err->msg_code);
}

static void on_emit_message(j_common_ptr cinfo, int level)
{
    if (level < 0)
        cinfo->err->num_warnings++;
}

static void on_output_message(j_common_ptr cinfo)
{
    (void)cinfo;
}

static struct jpeg_error_mgr *failure_init(struct failure *failure)
{
    jpeg_std_error(&failure->base);
    failure->base.error_exit = on_error_exit;
    failure->base.emit_message = on_emit_message;
    failure->base.output_message = on_output_message;
    failure->code = LAYOUT_OK;
    return &failure->base;
}

const char *layout_reason(int code)
{
    struct jpeg_error_mgr messages;

    switch (code) {
    case LAYOUT_OK: return "ok";
    case LAYOUT_WARNED: return "libjpeg gave warnings";
    case LAYOUT_ILLEGAL: return "not a coherent layout";
    case LAYOUT_NO_MEMORY: return "out of memory";
    case LAYOUT_TOO_LARGE: return "picture too large";
    case LAYOUT_UNKNOWN_COLOUR: return "unknown colour space";
    }
    jpeg_std_error(&messages);
    if (code < 0 && -code <= messages.last_jpeg_message)
        return messages.jpeg_message_table[-code];
    return "unknown code";
}

/* ---- The picture ----------------------------------------------------- */

/* An integer hash with good mixing ("lowbias32" constants). */
static uint32_t mix(uint32_t x)
{
    x ^= x >> 16;
    x *= 0x7feb352dU;
    x ^= x >> 15;
    x *= 0x846ca68bU;
    x ^= x >> 16;
    return x;
}

static uint32_t mix2(uint32_t seed, uint32_t a, uint32_t b)
{
    return mix(seed ^ mix(a * 0x9e3779b9U ^ mix(b + 0x85ebca6bU)));
}

static unsigned char clip8(int value)
{
    return (unsigned char)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/* The patches' colours: saturated ones, so that chroma counts. */
static const unsigned char palette[8][3] = {
    {230, 20, 20},  {20, 220, 40},  {30, 30, 235},  {235, 225, 25},
    {20, 210, 215}, {220, 25, 210}, {15, 90, 30},   {245, 150, 20},
};

/* The fourth plane's patches (CMYK black as stored: 255 is no black). */
static const unsigned char black_levels[5] = {250, 150, 220, 180, 120};

/* One pixel: a patch colour, a gradient and some texture.  Patches are 8 to
 * 12 pixels wide and off the block grid; adjoining ones always differ. */
static void picture_pixel(const struct layout *l, int x, int y,
                          unsigned char out[4])
{
    uint32_t side = 8 + mix(l->seed) % 5;
    uint32_t px = ((uint32_t)x + 1 + mix(l->seed + 1) % 7) / side;
    uint32_t py = ((uint32_t)y + 1 + mix(l->seed + 2) % 7) / side;
    uint32_t patch = px * 5 + py * 3 + mix(l->seed + 3) % 8
                     + mix2(l->seed, px, py) % 2;
    int slope = 40 * x / l->width - 30 * y / l->height;
    uint32_t noise = mix2(l->seed + 4, (uint32_t)x, (uint32_t)y);
    int i;

    for (i = 0; i < 3; i++) {
        int texture = (int)(noise >> (8 * i) & 31) - 16;
        out[i] = clip8(palette[patch % 8][i] + (i == 1 ? -slope : slope)
                       + texture);
    }
    out[3] = clip8(black_levels[(px * 2 + py) % 5] + slope / 2
                   + (int)(noise >> 24 & 15) - 8);
}

/* One row of input samples for libjpeg: gray, RGB or CMYK as stored. */
static void picture_row(const struct layout *l, int y, unsigned char *row)
{
    int n = layout_components(l->colour);
    int x;

    for (x = 0; x < l->width; x++) {
        unsigned char pixel[4];

        picture_pixel(l, x, y, pixel);
        if (n == 1)
            pixel[0] = (unsigned char)((2 * pixel[0] + 5 * pixel[1]
                                        + pixel[2]) / 8);
        memcpy(row + (size_t)x * (size_t)n, pixel, (size_t)n);
    }
}

/* ---- Scan scripts ---------------------------------------------------- */

struct scans {
    int components;
    int count;
    jpeg_scan_info list[MAX_SCANS];
};

/* Appends a scan of components first..last, step apart. */
static void add_step(struct scans *s, int first, int last, int step,
                     const int spectral[4])
{
    jpeg_scan_info *scan = &s->list[s->count++];
    int c;

    memset(scan, 0, sizeof *scan);
    for (c = first; c <= last; c += step)
        scan->component_index[scan->comps_in_scan++] = c;
    scan->Ss = spectral[0];
    scan->Se = spectral[1];
    scan->Ah = spectral[2];
    scan->Al = spectral[3];
}

/* Appends a scan of components first..last. */
static void add(struct scans *s, int first, int last, int ss, int se, int ah,
                int al)
{
    const int spectral[4] = {ss, se, ah, al};

    add_step(s, first, last, 1, spectral);
}

/* Appends one scan for each component, in order. */
static void add_each(struct scans *s, int ss, int se, int ah, int al)
{
    int c;

    for (c = 0; c < s->components; c++)
        add(s, c, c, ss, se, ah, al);
}

/* Appends one scan for each component, the last one first. */
static void add_each_reversed(struct scans *s, int ss, int se, int ah, int al)
{
    int c;

    for (c = s->components - 1; c >= 0; c--)
        add(s, c, c, ss, se, ah, al);
}

static void add_ends_middle(struct scans *s)
{
    static const int whole[4] = {0, 63, 0, 0};
    int last = s->components - 1;

    add_step(s, 0, last, last, whole);
    add(s, 1, last - 1, 0, 63, 0, 0);
}

static void add_refine(struct scans *s, int last)
{
    add(s, 0, last, 0, 0, 0, 2);
    add_each(s, 1, 63, 0, 3);
    add(s, 0, last, 0, 0, 2, 1);
    add_each_reversed(s, 1, 63, 3, 2);
    add_each(s, 1, 63, 2, 1);
    add(s, 0, last, 0, 0, 1, 0);
    add_each(s, 1, 63, 1, 0);
}

static void add_bands(struct scans *s, int last)
{
    add(s, 0, last, 0, 0, 0, 0);
    add_each(s, 1, 2, 0, 0);
    add_each_reversed(s, 10, 63, 0, 0);
    add_each(s, 3, 9, 0, 0);
}

static void add_componentwise(struct scans *s, int last)
{
    int c;

    for (c = last; c >= 0; c--) {
        add(s, c, c, 0, 0, 0, 1);
        add(s, c, c, 1, 5, 0, 1);
        add(s, c, c, 6, 63, 0, 1);
        add(s, c, c, 0, 0, 1, 0);
        add(s, c, c, 1, 63, 1, 0);
    }
}

static void add_dc_mixed(struct scans *s, int last)
{
    add(s, 1, last, 0, 0, 0, 1);
    add(s, 0, 0, 0, 0, 0, 1);
    add_each(s, 1, 63, 0, 0);
    add_each(s, 0, 0, 1, 0);
}

/* Lists the scans of a coherent layout.  For SCRIPT_SIMPLE only the scan
 * that may be interleaved is listed; libjpeg makes that script itself. */
static void list_scans(const struct layout *l, struct scans *s)
{
    int last;

    s->components = layout_components(l->colour);
    s->count = 0;
    last = s->components - 1;
    switch (l->script) {
    case SCRIPT_INTERLEAVED: add(s, 0, last, 0, 63, 0, 0); break;
    case SCRIPT_PER_COMPONENT: add_each(s, 0, 63, 0, 0); break;
    case SCRIPT_REVERSE: add_each_reversed(s, 0, 63, 0, 0); break;
    case SCRIPT_FIRST_REST:
        add(s, 0, 0, 0, 63, 0, 0);
        add(s, 1, last, 0, 63, 0, 0);
        break;
    case SCRIPT_REST_FIRST:
        add(s, 1, last, 0, 63, 0, 0);
        add(s, 0, 0, 0, 63, 0, 0);
        break;
    case SCRIPT_ENDS_MIDDLE: add_ends_middle(s); break;
    case SCRIPT_SIMPLE: add(s, 0, last, 0, 0, 0, 1); break;
    case SCRIPT_PLAIN:
        add(s, 0, last, 0, 0, 0, 0);
        add_each(s, 1, 63, 0, 0);
        break;
    case SCRIPT_DC_ALONE:
        add_each_reversed(s, 0, 0, 0, 0);
        add_each(s, 1, 63, 0, 0);
        break;
    case SCRIPT_REFINE: add_refine(s, last); break;
    case SCRIPT_BANDS: add_bands(s, last); break;
    case SCRIPT_COMPONENTWISE: add_componentwise(s, last); break;
    case SCRIPT_DC_MIXED: add_dc_mixed(s, last); break;
    case SCRIPT_COUNT: break;
    }
}

/* ---- What is legal --------------------------------------------------- */

int layout_components(enum layout_colour colour)
{
    switch (colour) {
    case COLOUR_GRAY: return 1;
    case COLOUR_YCC:
    case COLOUR_RGB: return 3;
    default: return 4;
    }
}

/* Nonzero if a decoder can tell the colour space from this mark. */
static int mark_fits(enum layout_colour colour, enum layout_mark mark)
{
    switch (colour) {
    case COLOUR_GRAY:
    case COLOUR_YCC:
        return mark == MARK_JFIF || mark == MARK_IDS_ONE
               || mark == MARK_IDS_ZERO
               || (mark == MARK_ADOBE && colour == COLOUR_YCC);
    case COLOUR_RGB:
        return mark == MARK_ADOBE || mark == MARK_ADOBE_LETTERS
               || mark == MARK_IDS_LETTERS;
    case COLOUR_CMYK: return mark != MARK_JFIF;
    case COLOUR_YCCK: return mark == MARK_ADOBE;
    default: return 0;
    }
}

static int is_progressive(enum layout_coding coding)
{
    return coding == CODING_PROGRESSIVE
           || coding == CODING_PROGRESSIVE_EXTENDED;
}

/* Nonzero if the script is for this coding, and is not the same as another
 * one for this number of components. */
static int script_fits(const struct layout *l)
{
    if (is_progressive(l->coding) != (l->script >= SCRIPT_PROGRESSIVE))
        return 0;
    if (layout_components(l->colour) > 1)
        return 1;
    return l->script == SCRIPT_INTERLEAVED || l->script == SCRIPT_SIMPLE
           || l->script == SCRIPT_PLAIN || l->script == SCRIPT_REFINE
           || l->script == SCRIPT_BANDS;
}

static int in_range(int value, int low, int high)
{
    return value >= low && value <= high;
}

int layout_is_coherent(const struct layout *l)
{
    int c;

    if (!in_range(l->width, 1, JPEG_MAX_DIMENSION)
        || !in_range(l->height, 1, JPEG_MAX_DIMENSION)
        || !in_range(l->quality, 1, 100)
        || !in_range((int)l->colour, 0, COLOUR_COUNT - 1)
        || !in_range((int)l->mark, 0, MARK_COUNT - 1)
        || !in_range((int)l->coding, 0, CODING_COUNT - 1)
        || !in_range((int)l->script, 0, SCRIPT_COUNT - 1)
        || !in_range((int)l->restart, 0, RESTART_COUNT - 1))
        return 0;
    for (c = 0; c < layout_components(l->colour); c++)
        if (!in_range(l->h[c], 1, 4) || !in_range(l->v[c], 1, 4))
            return 0;
    return mark_fits(l->colour, l->mark) && script_fits(l);
}

/* The greatest of n sampling factors. */
static int greatest(const unsigned char *factors, int n)
{
    int most = 1, c;

    for (c = 0; c < n; c++)
        if (factors[c] > most)
            most = factors[c];
    return most;
}

/* Nonzero if each factor divides the greatest: libjpeg does no others. */
static int ratios_are_whole(const unsigned char *factors, int n)
{
    int most = greatest(factors, n), c;

    for (c = 0; c < n; c++)
        if (most % factors[c] != 0)
            return 0;
    return 1;
}

/* Nonzero if the MCU of each interleaved scan is small enough. */
static int mcus_fit(const struct layout *l)
{
    struct scans scans;
    int i, k;

    list_scans(l, &scans);
    for (i = 0; i < scans.count; i++) {
        const jpeg_scan_info *scan = &scans.list[i];
        int blocks = 0;

        for (k = 0; k < scan->comps_in_scan; k++) {
            int c = scan->component_index[k];
            blocks += l->h[c] * l->v[c];
        }
        if (scan->comps_in_scan > 1 && blocks > MAX_BLOCKS_IN_MCU)
            return 0;
    }
    return 1;
}

int layout_is_legal(const struct layout *l)
{
    int n;

    if (!layout_is_coherent(l))
        return 0;
    n = layout_components(l->colour);
    return ratios_are_whole(l->h, n) && ratios_are_whole(l->v, n)
           && mcus_fit(l);
}

/* ---- Encoding -------------------------------------------------------- */

/* A destination that grows.  libjpeg's own jpeg_mem_dest() loses its buffer
 * if an error ends the encoding, so it is not used. */
struct sink {
    struct jpeg_destination_mgr base; /* must be the first member */
    unsigned char *bytes;
    size_t capacity;
};

struct encoder {
    struct jpeg_compress_struct cinfo;
    struct failure failure;
    struct sink sink;
    struct scans scans;
    unsigned char *row;
};

static void sink_grow(j_compress_ptr cinfo)
{
    struct sink *sink = (struct sink *)cinfo->dest;
    size_t used = sink->capacity;
    size_t capacity = used ? 2 * used : 4096;
    unsigned char *bytes = realloc(sink->bytes, capacity);

    if (bytes == NULL)
        fail((struct failure *)cinfo->err, LAYOUT_NO_MEMORY);
    sink->bytes = bytes;
    sink->capacity = capacity;
    sink->base.next_output_byte = bytes + used;
    sink->base.free_in_buffer = capacity - used;
}

static boolean sink_empty(j_compress_ptr cinfo)
{
    sink_grow(cinfo);
    return TRUE;
}

static void sink_term(j_compress_ptr cinfo)
{
    (void)cinfo;
}

static void use_sink(struct encoder *e)
{
    e->sink.base.init_destination = sink_grow;
    e->sink.base.empty_output_buffer = sink_empty;
    e->sink.base.term_destination = sink_term;
    e->cinfo.dest = &e->sink.base;
}

static void set_colour(j_compress_ptr cinfo, enum layout_colour colour)
{
    static const J_COLOR_SPACE inputs[COLOUR_COUNT] = {
        JCS_GRAYSCALE, JCS_RGB, JCS_RGB, JCS_CMYK, JCS_CMYK};
    static const J_COLOR_SPACE stored[COLOUR_COUNT] = {
        JCS_GRAYSCALE, JCS_YCbCr, JCS_RGB, JCS_CMYK, JCS_YCCK};

    cinfo->input_components = layout_components(colour);
    cinfo->in_color_space = inputs[colour];
    jpeg_set_defaults(cinfo);
    jpeg_set_colorspace(cinfo, stored[colour]);
}

/* Sets the markers and the component ids.  libjpeg takes the Adobe marker's
 * transform value from the colour space. */
static void set_mark(j_compress_ptr cinfo, enum layout_mark mark)
{
    const char *letters = cinfo->num_components == 3 ? "RGB" : "CMYK";
    int c;

    cinfo->write_JFIF_header = mark == MARK_JFIF;
    cinfo->write_Adobe_marker =
        mark == MARK_ADOBE || mark == MARK_ADOBE_LETTERS;
    for (c = 0; c < cinfo->num_components; c++) {
        if (mark == MARK_ADOBE_LETTERS || mark == MARK_IDS_LETTERS)
            cinfo->comp_info[c].component_id = letters[c];
        else
            cinfo->comp_info[c].component_id = c + (mark != MARK_IDS_ZERO);
    }
}

/* Gives each component its own quantisation and Huffman tables. */
static void set_own_tables(j_compress_ptr cinfo)
{
    int c, i;

    for (c = 0; c < cinfo->num_components; c++) {
        jpeg_component_info *component = &cinfo->comp_info[c];

        if (c >= 2) {
            JQUANT_TBL *table = jpeg_alloc_quant_table((j_common_ptr)cinfo);

            for (i = 0; i < DCTSIZE2; i++)
                table->quantval[i] =
                    (UINT16)(cinfo->quant_tbl_ptrs[0]->quantval[i] + c);
            cinfo->quant_tbl_ptrs[c] = table;
        }
        /* Table 3 first, so that a lone component uses a high number too. */
        component->quant_tbl_no = c;
        component->dc_tbl_no = 3 - c;
        component->ac_tbl_no = 3 - c;
    }
    cinfo->optimize_coding = TRUE;
}

/* Makes the quantisation tables 16-bit ones by coarse steps for the highest
 * frequencies only, so that the picture keeps its detail. */
static void set_wide_quant(j_compress_ptr cinfo)
{
    int t, i;

    for (t = 0; t < NUM_QUANT_TBLS; t++)
        for (i = 0; cinfo->quant_tbl_ptrs[t] != NULL && i < DCTSIZE2; i++)
            if (i / DCTSIZE + i % DCTSIZE >= 11)
                cinfo->quant_tbl_ptrs[t]->quantval[i] = (UINT16)(300 + i + t);
}

static void set_coding(j_compress_ptr cinfo, const struct layout *l)
{
    jpeg_set_quality(cinfo, l->quality, TRUE);
    cinfo->optimize_coding = l->coding == CODING_OPTIMISED;
    if (l->coding == CODING_EXTENDED_TABLES
        || l->coding == CODING_PROGRESSIVE_EXTENDED)
        set_own_tables(cinfo);
    if (l->coding == CODING_EXTENDED_QUANT
        || l->coding == CODING_PROGRESSIVE_EXTENDED)
        set_wide_quant(cinfo);
}

static void set_restart(j_compress_ptr cinfo, enum layout_restart restart)
{
    static const unsigned mcus[RESTART_COUNT] = {0, 1, 3, 0};

    cinfo->restart_interval = mcus[restart];
    cinfo->restart_in_rows = restart == RESTART_MCU_ROW;
}

static void set_scans(struct encoder *e, const struct layout *l)
{
    if (l->script == SCRIPT_SIMPLE) {
        jpeg_simple_progression(&e->cinfo);
        return;
    }
    list_scans(l, &e->scans);
    e->cinfo.scan_info = e->scans.list;
    e->cinfo.num_scans = e->scans.count;
}

static void write_picture(struct encoder *e, const struct layout *l)
{
    jpeg_start_compress(&e->cinfo, TRUE);
    while (e->cinfo.next_scanline < e->cinfo.image_height) {
        picture_row(l, (int)e->cinfo.next_scanline, e->row);
        jpeg_write_scanlines(&e->cinfo, &e->row, 1);
    }
    jpeg_finish_compress(&e->cinfo);
}

/* The part of the encoding that libjpeg may end early. */
static int encode_guarded(struct encoder *e, const struct layout *l)
{
    int c;

    if (setjmp(e->failure.back))
        return e->failure.code;
    jpeg_create_compress(&e->cinfo);
    use_sink(e);
    e->cinfo.image_width = (JDIMENSION)l->width;
    e->cinfo.image_height = (JDIMENSION)l->height;
    set_colour(&e->cinfo, l->colour);
    set_mark(&e->cinfo, l->mark);
    set_coding(&e->cinfo, l);
    set_restart(&e->cinfo, l->restart);
    for (c = 0; c < e->cinfo.num_components; c++) {
        e->cinfo.comp_info[c].h_samp_factor = l->h[c];
        e->cinfo.comp_info[c].v_samp_factor = l->v[c];
    }
    set_scans(e, l);
    write_picture(e, l);
    return LAYOUT_OK;
}

int layout_encode(const struct layout *l, unsigned char **jpeg,
                  unsigned long *size)
{
    struct encoder e;
    int result;

    *jpeg = NULL;
    *size = 0;
    if (!layout_is_coherent(l))
        return LAYOUT_ILLEGAL;
    memset(&e, 0, sizeof e);
    e.row = malloc((size_t)l->width * LAYOUT_MAX_COMPONENTS);
    if (e.row == NULL)
        return LAYOUT_NO_MEMORY;
    e.cinfo.err = failure_init(&e.failure);
    result = encode_guarded(&e, l);
    jpeg_destroy_compress(&e.cinfo);
    free(e.row);
    if (result != LAYOUT_OK) {
        free(e.sink.bytes);
        return result;
    }
    *jpeg = e.sink.bytes;
    *size = (unsigned long)(e.sink.capacity - e.sink.base.free_in_buffer);
    return LAYOUT_OK;
}

/* ---- Decoding -------------------------------------------------------- */

struct decoder {
    struct jpeg_decompress_struct cinfo;
    struct failure failure;
    unsigned char *row;
    unsigned char *rgb;
};

/* a*b/255, rounded. */
static int muldiv255(int a, int b)
{
    int t = a * b + 128;

    return ((t >> 8) + t) >> 8;
}

/* Pillow's way from the CMYK of a JPEG, which it takes as inverted. */
static void cmyk_to_rgb(const unsigned char stored[4], unsigned char rgb[3])
{
    int white = stored[3];
    int i;

    for (i = 0; i < 3; i++)
        rgb[i] = clip8(white - muldiv255(255 - stored[i], white));
}

static void row_to_rgb(const unsigned char *row, int components, int width,
                       unsigned char *rgb)
{
    int x;

    for (x = 0; x < width; x++, row += components, rgb += 3) {
        if (components == 1)
            memset(rgb, row[0], 3);
        else if (components == 3)
            memcpy(rgb, row, 3);
        else
            cmyk_to_rgb(row, rgb);
    }
}

/* Allocates the output once the header has told the size. */
static void allocate_output(struct decoder *d)
{
    size_t width = d->cinfo.image_width, height = d->cinfo.image_height;

    if (d->cinfo.out_color_space == JCS_UNKNOWN)
        fail(&d->failure, LAYOUT_UNKNOWN_COLOUR);
    if (height > MAX_REFERENCE_PIXELS / width)
        fail(&d->failure, LAYOUT_TOO_LARGE);
    d->row = malloc(width * LAYOUT_MAX_COMPONENTS);
    d->rgb = malloc(width * height * 3);
    if (d->row == NULL || d->rgb == NULL)
        fail(&d->failure, LAYOUT_NO_MEMORY);
}

/* The part of the decoding that libjpeg may end early. */
static int decode_guarded(struct decoder *d, const unsigned char *jpeg,
                          unsigned long size)
{
    j_decompress_ptr cinfo = &d->cinfo;

    if (setjmp(d->failure.back))
        return d->failure.code;
    jpeg_create_decompress(cinfo);
    jpeg_mem_src(cinfo, jpeg, size);
    jpeg_read_header(cinfo, TRUE);
    allocate_output(d);
    jpeg_start_decompress(cinfo);
    while (cinfo->output_scanline < cinfo->output_height) {
        size_t done = (size_t)cinfo->output_scanline * cinfo->output_width;

        if (jpeg_read_scanlines(cinfo, &d->row, 1) == 1)
            row_to_rgb(d->row, cinfo->output_components,
                       (int)cinfo->output_width, d->rgb + 3 * done);
    }
    jpeg_finish_decompress(cinfo);
    return d->failure.base.num_warnings ? LAYOUT_WARNED : LAYOUT_OK;
}

int layout_reference(const unsigned char *jpeg, unsigned long size,
                     unsigned char **rgb, int *w, int *h)
{
    struct decoder d;
    int result;

    *rgb = NULL;
    *w = *h = 0;
    memset(&d, 0, sizeof d);
    d.cinfo.err = failure_init(&d.failure);
    result = decode_guarded(&d, jpeg, size);
    if (result >= 0) {
        *rgb = d.rgb;
        *w = (int)d.cinfo.image_width;
        *h = (int)d.cinfo.image_height;
    } else {
        free(d.rgb);
    }
    jpeg_destroy_decompress(&d.cinfo);
    free(d.row);
    return result;
}

/* ---- Drawing from fuzz bytes ----------------------------------------- */

struct fuzz_bytes {
    const unsigned char *next;
    size_t left;
};

static unsigned take(struct fuzz_bytes *bytes)
{
    if (bytes->left == 0)
        return 0;
    bytes->left--;
    return *bytes->next++;
}

/* Sets factors that do not divide the greatest one to 1. */
static void repair_ratios(unsigned char *factors, int n)
{
    int most = greatest(factors, n), c;

    for (c = 0; c < n; c++)
        if (most % factors[c] != 0)
            factors[c] = 1;
}

/* Draws sampling factors; half of them 1x1, or few would fit in one MCU. */
static void draw_sampling(struct fuzz_bytes *bytes, struct layout *out)
{
    int n = layout_components(out->colour), c;

    for (c = 0; c < n; c++) {
        unsigned byte = take(bytes);
        unsigned both = byte & 16 ? byte : 0;

        out->h[c] = (unsigned char)(1 + both % 4);
        out->v[c] = (unsigned char)(1 + both / 4 % 4);
    }
    repair_ratios(out->h, n);
    repair_ratios(out->v, n);
}

static enum layout_script draw_script(unsigned byte,
                                      enum layout_coding coding)
{
    unsigned first = is_progressive(coding) ? SCRIPT_PROGRESSIVE : 0;
    unsigned end = is_progressive(coding) ? SCRIPT_COUNT : SCRIPT_PROGRESSIVE;

    return (enum layout_script)(first + byte % (end - first));
}

int layout_from_bytes(const unsigned char *data, size_t len,
                      struct layout *out)
{
    struct fuzz_bytes bytes;
    unsigned seed, tries;

    bytes.next = data;
    bytes.left = len;
    memset(out, 0, sizeof *out);
    out->colour = (enum layout_colour)(take(&bytes) % COLOUR_COUNT);
    out->coding = (enum layout_coding)(take(&bytes) % CODING_COUNT);
    out->script = draw_script(take(&bytes), out->coding);
    out->mark = (enum layout_mark)(take(&bytes) % MARK_COUNT);
    out->restart = (enum layout_restart)(take(&bytes) % RESTART_COUNT);
    out->width = 1 + (int)(take(&bytes) % MAX_FUZZ_SIDE);
    out->height = 1 + (int)(take(&bytes) % MAX_FUZZ_SIDE);
    draw_sampling(&bytes, out);
    out->quality = 85 + (int)(take(&bytes) % 11);
    seed = take(&bytes);
    out->seed = seed << 8 | take(&bytes);
    while (!mark_fits(out->colour, out->mark))
        out->mark = (enum layout_mark)((out->mark + 1) % MARK_COUNT);
    for (tries = 0; tries < SCRIPT_COUNT && !layout_is_legal(out); tries++)
        out->script = (enum layout_script)((out->script + 1) % SCRIPT_COUNT);
    return !layout_is_legal(out);
}
