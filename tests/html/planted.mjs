// Watches check.mjs fail: makes copies of a report that it accepts, each with one fault; see README.md.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHECK = fileURLToPath(new URL('check.mjs', import.meta.url));
const AT_ONCE = 4;

const change = (from, to) => (html) => {
  if (!html.includes(from)) throw new Error(`the page has no ${from}`);
  return html.replace(from, () => to);
};
/** The same, in the page's style or script, with the policy that belongs to it. */
const changeOwn = (from, to) => (html) => {
  let changed = change(from, to)(html);
  for (const element of ['style', 'script']) {
    const hash = (page) => {
      const [, text] = page.match(new RegExp(`<${element}>([^]*?)</${element}>`));
      return createHash('sha256').update(text).digest('base64');
    };
    changed = changed.replace(`sha256-${hash(html)}`, () => `sha256-${hash(changed)}`);
  }
  return changed;
};
const inScript = (text) => changeOwn("'use strict';", `'use strict';\n${text}`);
const inStyle = (text) => changeOwn('</style>', `${text}</style>`);
const inPage = (text) => change('</main>', `${text}</main>`);

// The fault, and what check.mjs has to say of it.
const FAULTS = {
  'an error in the console': [inScript('console.error("planted");'), /console error: planted/],
  'an exception': [inScript('setTimeout(() => { throw new Error("planted"); });'), /error of a script: planted/],
  'a dialog': [inScript('alert("planted");'), /opens a dialog: planted/],
  'a request': [
    (html) => inScript('fetch("https://example.invalid/planted").catch(() => {});')(
      html.replace("default-src 'none'", "default-src *"),
    ), /asks for https:\/\/example\.invalid\/planted/,
  ],
  'a picture from elsewhere': [
    inPage('<img src="https://example.invalid/a.png" alt="a">'), /src="https:.*a\.png" leads out of the page/,
  ],
  'a picture without a text': [(html) => html.replace(/ alt="Thumbnail of[^"]*"/, ''), /axe image-alt \(critical\)/],
  'a picture of another file': [change(' alt="Thumbnail of ', ' alt="Thumbnail of another '), /has another name than below it/],
  'a damaged picture': [change('<img src="data:image/', '<img src="data:image/x,'), /a picture is not shown/],
  'a filter that hides nothing': [changeOwn('item.element.hidden = !fit;', ''), /shows \d+ findings, not/],
  'a filter that leaves a severity out': [
    changeOwn('severities.includes(item.severity) && ', ''), /without error: \w+ shows \d+ findings, not 0/,
  ],
  'a filter that counts wrongly': [changeOwn('checks += shown > 0 ? 1 : 0;', 'checks += 1;'), /expected the numbers/],
  'a list that stays closed': [changeOwn('fold.element.open = true;', ';'), /are not open as they should/],
  'a link that stays': [changeOwn('section.link.hidden = shown === 0;', ';'), /the link to \w+ is shown/],
  'a link that leads to what is hidden': [changeOwn('target.hidden) {', 'false) {'), /link to \w+: /],
  'checks in a wrong order': [changeOwn('b.findings - a.findings', 'a.findings - b.findings'), /checks by findings: /],
  'findings in a wrong order': [changeOwn('named && byName', 'false && byName'), /findings by name: /],
  'classes in a wrong order': [changeOwn('Number(a) - Number(b)', '0'), /the classes are not/],
  'a copy of something else': [changeOwn("distinct.join('\\n')", "distinct.join(' ')"), /copies something else/],
  'a name that is markup': [
    change('<wbr>&lt;img src=x onerror=window.harmed=2&gt;', '<wbr><img src=x onerror=window.harmed=2>'),
    /has the attribute onerror/,
  ],
  'a name that leaves its attribute': [
    change('/&quot; onload=&quot;window', '/" onload="window'), /has the attribute onload/,
  ],
  'a name with an unseen character': [change('\\u{202e}', '\u202e'), /characters that are not seen/],
  'no hostile names': [(html) => html.replaceAll('\\u{1b}', ''), /no name has an escape code/],
  'a policy that lets scripts run': [
    (html) => html.replace(/script-src '[^']*'/, "script-src 'unsafe-inline'"), /lets a planted \w+ run/,
  ],
  'a policy for another style': [change('</style>', ' </style>'), /console error: .*style/],
  'faint texts': [changeOwn('--quiet: #5a636d;', '--quiet: #b8c0c8;'), /light: axe color-contrast \(serious\)/],
  'faint texts in the dark': [changeOwn('--quiet: #a0a9b2;', '--quiet: #444a50;'), /dark: axe color-contrast \(serious\)/],
  'a field without a name': [change('<label for="filter-text">', '<label>'), /axe label \(critical\)/],
  'a page that is too wide': [inStyle('h1 { min-width: 700px; }'), /400 pixels, light: the page is \d+ pixels wide/],
  'small texts': [inStyle('figcaption { font-size: .5rem !important; }'), /a text of [\d.]+ pixels/],
  'texts on one another': [inStyle('.message { display: block; margin-top: -1.1em; }'), /texts lie on one another/],
  'one column where there is room': [inStyle('.cards { grid-template-columns: 1fr !important; }'), /has one column/],
  'a squeezed field': [inStyle('.filter select { width: 4rem; }'), /cuts ".*" off/],
  'a broken word': [inStyle('.filter > button { width: 2.5rem; }'), /a word is broken: <button/],
  'contents in the way': [inStyle('.columns { display: block !important; }'), /do not stand beside the findings/],
  'no galleries': [(html) => html.replace(/<img [^>]*>/g, ''), /pictures: nothing was looked at/],
  'no filter': [(html) => html.replace(/<form [^]*?<\/form>/, ''), /there is no filter/],
  'an empty page': [() => '<!doctype html><title>empty</title>', /findings: nothing was looked at/],
};

const [report, folder, only = ''] = process.argv.slice(2);
if (!report || !folder) {
  console.error('usage: node planted.mjs REPORT.html OUT_DIR [PART_OF_A_NAME]');
  process.exit(2);
}
const html = readFileSync(report, 'utf8');
const waiting = Object.entries(FAULTS).filter(([name]) => name.includes(only));
const all = waiting.length;
const missed = [];
const worker = async () => {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [name, [plant, expected]] = next;
    const out = join(folder, name.replaceAll(' ', '_'));
    mkdirSync(out, { recursive: true });
    const page = join(out, 'report.html');
    writeFileSync(page, plant(html));
    const [code, said] = await new Promise((done) => {
      execFile(process.execPath, [CHECK, page, out, expected.source], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
        done([error?.code ?? 0, stderr]);
      });
    });
    const found = code === 1 && expected.test(said);
    if (!found) missed.push(name);
    const line = said.split('\n').find((text) => expected.test(text)) ?? said.slice(0, 2000);
    console.log(`${found ? 'found' : 'MISSED'}: ${name}: ${line.slice(0, found ? 160 : 2000)}`);
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, worker));
console.log(`${all - missed.length} of ${all} planted faults found`);
process.exitCode = missed.length === 0 ? 0 : 1;
