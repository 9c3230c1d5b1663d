/* make.c: writes golden JPEG files of every layout, with the right pixels.
 *
 * What it is for: some decoders read unusual but legal JPEG layouts wrongly
 * and say nothing.  This program lets libjpeg-turbo write every combination
 * of sampling factors, coding, scan order, restart interval and colour
 * marking that it can also read, and stores the pixels that libjpeg-turbo
 * (and so Pillow) decodes, as golden cases for a test to read.
 *
 * Compile, in this folder (needs libjpeg-turbo's headers, for example from
 * Debian's libjpeg62-turbo-dev):
 *
 *     cc -std=c99 -O2 make.c layout.c -o ../../../target/jpeg_layouts -ljpeg
 *
 * Run, in the root of the repository, and read with the test:
 *
 *     target/jpeg_layouts OUT_DIR all      every one, 47,464 cases, 220 MB
 *     target/jpeg_layouts OUT_DIR sample   288 cases that stand for them, 1.4 MB
 *     target/jpeg_layouts OUT_DIR sizes    the usual samplings in every size up
 *                                        to 66x66, 16,184 cases, 60 MB
 *
 *     BURN_PREP_GOLDEN=OUT_DIR cargo test -p burn-prep-tests golden_wild
 *
 * It writes OUT_DIR/wild/index.json, OUT_DIR/wild/files/ID.jpg and
 * OUT_DIR/wild/right/ID.jpg.npy, always the same for one libjpeg version.
 */
#define _POSIX_C_SOURCE 200809L

#include "layout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A decoder may round otherwise than libjpeg in its transform and its colour
 * conversion, but has to spread chroma in the same way. */
#define MAX_ABS 6
#define MEAN_ABS 1.0
/* In `sizes`: some decoders mix the last column with chroma that lies beyond
 * the edge, which this picture makes as wrong as it can be. */
#define MAX_ABS_EDGE 64
#define MAX_REASONS 32
#define SIZE_COUNT 9

static const char *const colour_names[COLOUR_COUNT] = {
    "gray", "ycc", "rgb", "cmyk", "ycck"};
static const char *const mark_names[MARK_COUNT] = {
    "jfif", "adobe", "adobeletters", "ids1", "ids0", "idsletters"};
static const char *const coding_names[CODING_COUNT] = {
    "base", "opt", "sof1tab", "sof1q16", "prog", "progext"};
static const char *const script_names[SCRIPT_COUNT] = {
    "inter", "percomp", "reverse", "yrest", "resty", "ends", "simple",
    "plain", "dcalone", "refine", "bands", "compwise", "dcmixed"};
static const char *const restart_names[RESTART_COUNT] = {
    "rst0", "rst1", "rst3", "rstrow"};

static const int sizes[SIZE_COUNT][2] = {
    {41, 37}, {17, 33}, {1, 1},  {33, 17}, {7, 5},
    {16, 16}, {8, 8},   {4, 4},  {65, 50}};

/* How often each size is drawn, out of SIZE_WEIGHTS: large ones more, as the
 * smallest show few of the faults. */
static const unsigned size_weights[SIZE_COUNT] = {3, 3, 1, 3, 1, 1, 1, 1, 2};
#define SIZE_WEIGHTS 16

/* Colour and mark pairs for each component count; some appear twice to be
 * drawn more often. */
struct marking {
    enum layout_colour colour;
    enum layout_mark mark;
};
static const struct marking gray_markings[] = {
    {COLOUR_GRAY, MARK_JFIF},
    {COLOUR_GRAY, MARK_IDS_ONE},
    {COLOUR_GRAY, MARK_IDS_ZERO}};
static const struct marking three_markings[] = {
    {COLOUR_YCC, MARK_JFIF},         {COLOUR_YCC, MARK_ADOBE},
    {COLOUR_RGB, MARK_IDS_LETTERS},  {COLOUR_YCC, MARK_IDS_ONE},
    {COLOUR_RGB, MARK_ADOBE},        {COLOUR_YCC, MARK_IDS_ZERO},
    {COLOUR_RGB, MARK_ADOBE_LETTERS}};
static const struct marking four_markings[] = {
    {COLOUR_CMYK, MARK_ADOBE},    {COLOUR_YCCK, MARK_ADOBE},
    {COLOUR_CMYK, MARK_IDS_ONE},  {COLOUR_CMYK, MARK_IDS_LETTERS},
    {COLOUR_YCCK, MARK_ADOBE},    {COLOUR_CMYK, MARK_ADOBE_LETTERS},
    {COLOUR_CMYK, MARK_IDS_ZERO}};

struct marking_list {
    const struct marking *list;
    unsigned count;
};

/* ---- The run's state and counts -------------------------------------- */

struct reasons {
    int count;
    int codes[MAX_REASONS];
    long times[MAX_REASONS];
};

struct run {
    const char *out_dir;
    int max_abs; /* the tolerance of each case */
    FILE *index;
    long written, bytes;
    long by_components[5], by_colour[COLOUR_COUNT], by_mark[MARK_COUNT];
    long by_coding[CODING_COUNT], by_script[SCRIPT_COUNT];
    long by_restart[RESTART_COUNT], by_size[SIZE_COUNT];
    long samplings[5];  /* legal sampling combinations written */
    long illegal[5];    /* layouts that layout_is_legal() excludes ... */
    long contradicted;  /* ... but that libjpeg takes all the same */
    struct reasons excluded; /* libjpeg's reasons for refusing those */
    struct reasons refused;  /* its reasons for refusing legal ones */
};

static void count_reason(struct reasons *reasons, int code)
{
    int i;

    for (i = 0; i < reasons->count; i++)
        if (reasons->codes[i] == code)
            break;
    if (i == MAX_REASONS)
        return;
    if (i == reasons->count) {
        reasons->codes[i] = code;
        reasons->times[i] = 0;
        reasons->count++;
    }
    reasons->times[i]++;
}

static void die(const char *what, const char *path)
{
    fprintf(stderr, "%s %s: %s\n", what, path, strerror(errno));
    exit(1);
}

/* ---- Files ----------------------------------------------------------- */

static void make_folder(const char *out_dir, const char *name)
{
    char path[4096];

    snprintf(path, sizeof path, "%s%s", out_dir, name);
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        die("cannot make", path);
}

/* Writes a file of two parts (the first may be empty). */
static void write_file(struct run *run, const char *name, const void *head,
                       size_t head_size, const void *body, size_t body_size)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/wild/%s", run->out_dir, name);
    file = fopen(path, "wb");
    if (file == NULL)
        die("cannot create", path);
    if (fwrite(head, 1, head_size, file) != head_size
        || fwrite(body, 1, body_size, file) != body_size
        || fclose(file) != 0)
        die("cannot write", path);
    run->bytes += (long)(head_size + body_size);
}

/* Writes 8-bit RGB pixels as a NumPy .npy file, version 1.0. */
static void write_npy(struct run *run, const char *name,
                      const unsigned char *rgb, int w, int h)
{
    enum { SIZE = 128, PREFIX = 10 };
    char head[SIZE + 1];
    int used;

    memset(head, ' ', sizeof head);
    memcpy(head, "\x93NUMPY\x01\x00", 8);
    head[8] = SIZE - PREFIX;
    head[9] = 0;
    used = sprintf(head + PREFIX,
                   "{'descr': '|u1', 'fortran_order': False, "
                   "'shape': (%d, %d, 3), }", h, w);
    head[PREFIX + used] = ' '; /* in place of the terminating zero */
    head[SIZE - 1] = '\n';
    write_file(run, name, head, SIZE, rgb, (size_t)w * (size_t)h * 3);
}

static void write_index_line(struct run *run, const char *id)
{
    fprintf(run->index,
            "%s{\"id\": \"%s\", \"file\": \"files/%s.jpg\", "
            "\"reference\": \"libjpeg-turbo\", \"expect\": "
            "{\"pixels\": \"right/%s.jpg.npy\", \"max_abs\": %d, "
            "\"mean_abs\": %.1f}}",
            run->written ? ",\n" : "", id, id, id, run->max_abs, MEAN_ABS);
}

static void open_index(struct run *run)
{
    char path[4096];

    make_folder(run->out_dir, "");
    make_folder(run->out_dir, "/wild");
    make_folder(run->out_dir, "/wild/files");
    make_folder(run->out_dir, "/wild/right");
    snprintf(path, sizeof path, "%s/wild/index.json", run->out_dir);
    run->index = fopen(path, "w");
    if (run->index == NULL)
        die("cannot create", path);
    fprintf(run->index, "{\"form\": 1, \"cases\": [\n");
}

static void close_index(struct run *run)
{
    fprintf(run->index, "\n]}\n");
    if (fclose(run->index) != 0)
        die("cannot write", "index.json");
}

/* ---- One case -------------------------------------------------------- */

/* Writes the sampling factors as in "2x2-1x1-1x1". */
static void sampling_text(const struct layout *l, char text[16])
{
    int c;

    for (c = 0; c < layout_components(l->colour); c++)
        text += sprintf(text, "%s%dx%d", c ? "-" : "", l->h[c], l->v[c]);
}

/* The id holds all parameters that a run varies for one sampling, coding and
 * script, each of which is written once; so ids are unique. */
static void case_id(const struct layout *l, char *id, size_t size)
{
    char sampling[16];

    sampling_text(l, sampling);
    snprintf(id, size, "layout__%dc_%s_%s_%s_%s_%s_%dx%d_%s",
             layout_components(l->colour), colour_names[l->colour], sampling,
             coding_names[l->coding], script_names[l->script],
             restart_names[l->restart], l->width, l->height,
             mark_names[l->mark]);
}

static void count_case(struct run *run, const struct layout *l)
{
    int i;

    run->written++;
    run->by_components[layout_components(l->colour)]++;
    run->by_colour[l->colour]++;
    run->by_mark[l->mark]++;
    run->by_coding[l->coding]++;
    run->by_script[l->script]++;
    run->by_restart[l->restart]++;
    for (i = 0; i < SIZE_COUNT; i++)
        run->by_size[i] += sizes[i][0] == l->width && sizes[i][1] == l->height;
}

static void write_case(struct run *run, const struct layout *l,
                       const unsigned char *jpeg, unsigned long size,
                       const unsigned char *rgb)
{
    char id[160], name[200];

    case_id(l, id, sizeof id);
    write_index_line(run, id);
    snprintf(name, sizeof name, "files/%s.jpg", id);
    write_file(run, name, "", 0, jpeg, size);
    snprintf(name, sizeof name, "right/%s.jpg.npy", id);
    write_npy(run, name, rgb, l->width, l->height);
    count_case(run, l);
}

/* Writes a layout and reads it back; the caller frees both buffers. */
static int encode_and_decode(const struct layout *l, unsigned char **jpeg,
                             unsigned long *size, unsigned char **rgb,
                             int *w, int *h)
{
    int result = layout_encode(l, jpeg, size);

    *rgb = NULL;
    if (result == LAYOUT_OK)
        result = layout_reference(*jpeg, *size, rgb, w, h);
    return result;
}

/* Encodes and decodes a layout and writes it, or counts the refusal. */
static void make_case(struct run *run, const struct layout *l)
{
    unsigned char *jpeg, *rgb;
    unsigned long size;
    int w, h;
    int result = encode_and_decode(l, &jpeg, &size, &rgb, &w, &h);

    if (result == LAYOUT_OK && w == l->width && h == l->height)
        write_case(run, l, jpeg, size, rgb);
    else
        count_reason(&run->refused, result);
    free(jpeg);
    free(rgb);
}

/* Checks that libjpeg too refuses a layout that layout_is_legal() excludes. */
static void probe_illegal(struct run *run, const struct layout *l)
{
    unsigned char *jpeg, *rgb;
    unsigned long size;
    int w, h;
    int result = encode_and_decode(l, &jpeg, &size, &rgb, &w, &h);

    run->illegal[layout_components(l->colour)]++;
    run->contradicted += result >= 0;
    count_reason(&run->excluded, result);
    free(jpeg);
    free(rgb);
}

/* ---- Drawing the extras ---------------------------------------------- */

/* A generator of draws that depends on its seed only. */
static uint32_t next_random(uint32_t *state)
{
    uint32_t x = *state += 0x9e3779b9U;

    x ^= x >> 16;
    x *= 0x7feb352dU;
    x ^= x >> 15;
    x *= 0x846ca68bU;
    return x ^ x >> 16;
}

static struct marking_list markings(int components)
{
    struct marking_list all;

    if (components == 1) {
        all.list = gray_markings;
        all.count = sizeof gray_markings / sizeof *gray_markings;
    } else if (components == 3) {
        all.list = three_markings;
        all.count = sizeof three_markings / sizeof *three_markings;
    } else {
        all.list = four_markings;
        all.count = sizeof four_markings / sizeof *four_markings;
    }
    return all;
}

static void set_marking(struct layout *l, int components, uint32_t which)
{
    struct marking_list all = markings(components);

    l->colour = all.list[which % all.count].colour;
    l->mark = all.list[which % all.count].mark;
}

static void set_size(struct layout *l, int which)
{
    l->width = sizes[which][0];
    l->height = sizes[which][1];
}

static int draw_size(uint32_t number)
{
    unsigned rest = number % SIZE_WEIGHTS;
    int which = 0;

    while (rest >= size_weights[which])
        rest -= size_weights[which++];
    return which;
}

/* Draws all but sampling, coding and script. */
static void draw_extras(struct layout *l, int components, uint32_t *random)
{
    set_marking(l, components, next_random(random) >> 8);
    set_size(l, draw_size(next_random(random) >> 8));
    l->restart = (enum layout_restart)(next_random(random) >> 8
                                       & (RESTART_COUNT - 1));
    l->quality = 85 + (int)((next_random(random) >> 8) % 11);
    l->seed = next_random(random);
}

/* ---- `all` ----------------------------------------------------------- */

/* Sets the sampling with this number, 0 to 16^components - 1. */
static void set_sampling(struct layout *l, int components, uint32_t number)
{
    int c;

    for (c = 0; c < components; c++, number /= 16) {
        l->h[c] = (unsigned char)(1 + number % 4);
        l->v[c] = (unsigned char)(1 + number / 4 % 4);
    }
}

/* Nonzero for h x v, 1x1, 1x1, ... where h x v is a usual one. */
static int is_common(const struct layout *l, int components)
{
    static const unsigned char first[6][2] = {{1, 1}, {2, 1}, {2, 2},
                                              {1, 2}, {4, 1}, {1, 4}};
    int c, i, found = 0;

    for (c = 1; c < components; c++)
        if (l->h[c] != 1 || l->v[c] != 1)
            return 0;
    for (i = 0; i < 6; i++)
        found |= l->h[0] == first[i][0] && l->v[0] == first[i][1];
    return found;
}

/* Writes each restart interval with each size. */
static void make_crossed(struct run *run, struct layout *l, int components,
                         uint32_t *random)
{
    int restart, size;

    for (restart = 0; restart < RESTART_COUNT; restart++)
        for (size = 0; size < SIZE_COUNT; size++) {
            draw_extras(l, components, random);
            l->restart = (enum layout_restart)restart;
            set_size(l, size);
            make_case(run, l);
        }
}

/* Writes one coding and script of a sampling, or checks that it is refused. */
static void make_pair(struct run *run, struct layout *l, int components,
                      int crossed, uint32_t *random)
{
    draw_extras(l, components, random);
    if (!layout_is_coherent(l))
        return;
    if (!layout_is_legal(l))
        probe_illegal(run, l);
    else if (crossed)
        make_crossed(run, l, components, random);
    else
        make_case(run, l);
}

/* Writes every coding and script of a sampling. */
static void make_pairs(struct run *run, struct layout *l, int components,
                       uint32_t *random)
{
    int crossed = components < 4 && is_common(l, components);
    int coding, script;

    for (coding = 0; coding < CODING_COUNT; coding++)
        for (script = 0; script < SCRIPT_COUNT; script++) {
            l->coding = (enum layout_coding)coding;
            l->script = (enum layout_script)script;
            make_pair(run, l, components, crossed, random);
        }
}

/* Writes a sampling with one coding and script, drawn among the legal. */
static void make_drawn_pair(struct run *run, struct layout *l, int components,
                            uint32_t *random)
{
    draw_extras(l, components, random);
    do {
        uint32_t number = next_random(random) >> 8;
        l->coding = (enum layout_coding)(number % CODING_COUNT);
        l->script =
            (enum layout_script)(number / CODING_COUNT % SCRIPT_COUNT);
    } while (!layout_is_legal(l));
    make_case(run, l);
}

/* Nonzero if the sampling is legal with one scan per component. */
static int sampling_is_legal(struct layout *l, int components)
{
    set_marking(l, components, 0);
    set_size(l, 0);
    l->quality = 90;
    l->coding = CODING_BASELINE;
    l->script = components == 1 ? SCRIPT_INTERLEAVED : SCRIPT_PER_COMPONENT;
    return layout_is_legal(l);
}

static void make_all_of(struct run *run, int components)
{
    uint32_t count = (uint32_t)1 << 4 * components;
    uint32_t number;

    for (number = 0; number < count; number++) {
        struct layout l;
        uint32_t random = number * 8 + (uint32_t)components;

        memset(&l, 0, sizeof l);
        set_sampling(&l, components, number);
        if (!sampling_is_legal(&l, components)) {
            probe_illegal(run, &l);
            continue;
        }
        run->samplings[components]++;
        if (components < 4 || is_common(&l, components))
            make_pairs(run, &l, components, &random);
        else
            make_drawn_pair(run, &l, components, &random);
    }
}

/* ---- `sizes` --------------------------------------------------------- */

/* Sides: all small ones, then those around whole blocks and units. */
static const int sides[] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12,
                            13, 14, 15, 16, 17, 18, 19, 20, 31, 32, 33, 34,
                            47, 48, 49, 50, 51, 52, 63, 64, 65, 66};
#define SIDE_COUNT ((int)(sizeof sides / sizeof *sides))

/* Writes the usual samplings in these sizes, where upsampling at the edges
 * goes wrong; sequential and progressive, with colours and the rest drawn. */
static void make_sizes(struct run *run)
{
    static const int kinds[7][3] = {{1, 1, 1}, {3, 1, 1}, {3, 2, 1},
                                    {3, 2, 2}, {3, 1, 2}, {4, 1, 1},
                                    {4, 2, 2}};
    uint32_t random = 1;
    int kind, progressive, w, h;

    for (kind = 0; kind < 7; kind++)
        for (progressive = 0; progressive < 2; progressive++)
            for (w = 0; w < SIDE_COUNT; w++)
                for (h = 0; h < SIDE_COUNT; h++) {
                    struct layout l;

                    memset(&l, 0, sizeof l);
                    set_sampling(&l, kinds[kind][0], 0);
                    l.h[0] = (unsigned char)kinds[kind][1];
                    l.v[0] = (unsigned char)kinds[kind][2];
                    draw_extras(&l, kinds[kind][0], &random);
                    l.coding = progressive ? CODING_PROGRESSIVE
                                           : CODING_OPTIMISED;
                    l.script = progressive ? SCRIPT_SIMPLE
                                           : SCRIPT_INTERLEAVED;
                    l.width = sides[w];
                    l.height = sides[h];
                    make_case(run, &l);
                }
}

/* ---- `sample` -------------------------------------------------------- */

struct kind {
    int components;
    unsigned char hv[8]; /* h, v of each component */
};

static const struct kind sample_kinds[] = {
    {1, {1, 1}},
    {1, {2, 2}},
    {1, {3, 1}},
    {1, {4, 4}},
    {3, {1, 1, 1, 1, 1, 1}},
    {3, {2, 1, 1, 1, 1, 1}},
    {3, {2, 2, 1, 1, 1, 1}},
    {3, {1, 2, 1, 1, 1, 1}},
    {3, {4, 1, 1, 1, 1, 1}},
    {3, {1, 4, 1, 1, 1, 1}},
    {3, {4, 2, 1, 1, 1, 1}},
    {3, {2, 2, 2, 2, 2, 2}}, /* equal, and not 1x1 */
    {3, {2, 2, 2, 1, 2, 1}}, /* really 1x2 */
    {3, {2, 2, 1, 2, 2, 1}}, /* the chroma planes differ */
    {3, {1, 1, 2, 2, 2, 2}}, /* chroma finer than luma */
    {3, {1, 2, 2, 1, 1, 1}}, /* no component is the finest */
    {3, {1, 1, 1, 1, 2, 2}}, /* only the last is fine */
    {3, {3, 1, 1, 1, 1, 1}},
    {3, {1, 3, 1, 1, 1, 3}},
    {3, {3, 2, 1, 2, 1, 2}},
    {3, {4, 4, 4, 4, 4, 4}}, /* cannot be interleaved */
    {4, {1, 1, 1, 1, 1, 1, 1, 1}},
    {4, {2, 2, 1, 1, 1, 1, 2, 2}},
    {4, {2, 1, 1, 1, 1, 1, 2, 1}},
    {4, {1, 1, 2, 1, 1, 2, 1, 1}},
    {4, {1, 1, 1, 1, 1, 1, 3, 3}},
    {4, {4, 2, 2, 4, 4, 4, 1, 1}},
};

/* Takes the extras in turn rather than by chance, with counters that do not
 * go in step, so that a few cases have every value. */
static void rotate_extras(struct layout *l, int components, unsigned turn)
{
    l->restart = (enum layout_restart)((turn + turn / 8) % RESTART_COUNT);
    set_size(l, draw_size(turn * 7 + turn / 16));
    set_marking(l, components, turn);
    l->quality = 85 + (int)(turn % 11);
    l->seed = 1000 + turn;
}

/* The codings that suit the script, in turn. */
static enum layout_coding rotate_coding(int script, unsigned turn)
{
    if (script >= SCRIPT_PROGRESSIVE)
        return turn % 3 ? CODING_PROGRESSIVE : CODING_PROGRESSIVE_EXTENDED;
    return (enum layout_coding)(turn / 2 % CODING_PROGRESSIVE);
}

static void make_sample_of(struct run *run, const struct kind *kind,
                           unsigned *turn)
{
    int legal = 0, script, c;

    for (script = 0; script < SCRIPT_COUNT; script++) {
        struct layout l;

        memset(&l, 0, sizeof l);
        for (c = 0; c < kind->components; c++) {
            l.h[c] = kind->hv[2 * c];
            l.v[c] = kind->hv[2 * c + 1];
        }
        rotate_extras(&l, kind->components, *turn);
        l.coding = rotate_coding(script, *turn);
        l.script = (enum layout_script)script;
        if (!layout_is_coherent(&l))
            continue;
        if (!layout_is_legal(&l)) {
            probe_illegal(run, &l);
            continue;
        }
        make_case(run, &l);
        legal = 1;
        ++*turn;
    }
    run->samplings[kind->components] += legal;
}

static void make_sample(struct run *run)
{
    unsigned turn = 0;
    size_t i;

    for (i = 0; i < sizeof sample_kinds / sizeof *sample_kinds; i++)
        make_sample_of(run, &sample_kinds[i], &turn);
}

/* ---- Report ---------------------------------------------------------- */

static void print_counts(const char *title, const char *const *names,
                         const long *counts, int n)
{
    int i;

    printf("%s:", title);
    for (i = 0; i < n; i++)
        printf(" %s=%ld", names[i], counts[i]);
    printf("\n");
}

static void print_reasons(const char *title, const struct reasons *reasons)
{
    long total = 0;
    int i;

    for (i = 0; i < reasons->count; i++)
        total += reasons->times[i];
    printf("%s: %ld\n", title, total);
    for (i = 0; i < reasons->count; i++)
        printf("    %ld: %s\n", reasons->times[i],
               layout_reason(reasons->codes[i]));
}

static void print_report(const struct run *run)
{
    static const char *const components[5] = {"0", "1", "2", "3", "4"};
    int i;

    printf("written: %ld cases, %ld bytes of JPEG and pixels\n", run->written,
           run->bytes);
    print_counts("samplings, by components", components, run->samplings, 5);
    print_counts("cases, by components", components, run->by_components, 5);
    print_counts("colour", colour_names, run->by_colour, COLOUR_COUNT);
    print_counts("mark", mark_names, run->by_mark, MARK_COUNT);
    print_counts("coding", coding_names, run->by_coding, CODING_COUNT);
    print_counts("script", script_names, run->by_script, SCRIPT_COUNT);
    print_counts("restart", restart_names, run->by_restart, RESTART_COUNT);
    printf("size:");
    for (i = 0; i < SIZE_COUNT; i++)
        printf(" %dx%d=%ld", sizes[i][0], sizes[i][1], run->by_size[i]);
    printf("\n");
    print_counts("excluded as illegal, by components", components,
                 run->illegal, 5);
    print_reasons("libjpeg's answers to the excluded ones", &run->excluded);
    printf("excluded, but taken by libjpeg: %ld\n", run->contradicted);
    print_reasons("refused by libjpeg though deemed legal", &run->refused);
}

int main(int argc, char **argv)
{
    struct run run;

    memset(&run, 0, sizeof run);
    if (argc != 3 || (strcmp(argv[2], "all") && strcmp(argv[2], "sample")
                      && strcmp(argv[2], "sizes"))) {
        fprintf(stderr, "usage: %s OUT_DIR all|sample|sizes\n", argv[0]);
        return 2;
    }
    run.out_dir = argv[1];
    run.max_abs = strcmp(argv[2], "sizes") ? MAX_ABS : MAX_ABS_EDGE;
    open_index(&run);
    if (strcmp(argv[2], "sample") == 0) {
        make_sample(&run);
    } else if (strcmp(argv[2], "sizes") == 0) {
        make_sizes(&run);
    } else {
        make_all_of(&run, 1);
        make_all_of(&run, 3);
        make_all_of(&run, 4);
        printf("4 components: one drawn coding and script for each sampling,"
               " every one for the common samplings\n");
    }
    close_index(&run);
    print_report(&run);
    return run.refused.count || run.contradicted ? 1 : 0;
}
