// Opens a report in headless Chromium and fails where the page has a fault; see README.md.
import { accessSync, constants, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';

const WIDTHS = [400, 1600];
const SCHEMES = ['light', 'dark'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// What the pages were looked at for; a check that looks at nothing is a fault.
const counts = {
  pages: 0, widths: 0, schemes: 0, parts: 0, checks: 0, findings: 0, pictures: 0, galleries: 0, charts: 0,
  'texts measured': 0, 'axe rules passed': 0, 'hostile texts': 0, filters: 0, orders: 0, links: 0, copies: 0,
  'planted scripts refused': 0, screenshots: 0,
};
const faults = new Set();
const [report, folder, until] = process.argv.slice(2);

/** Keeps a fault. planted.mjs waits for one alone, which ends the run. */
function addFault(text) {
  faults.add(text);
  if (until && new RegExp(until).test(text)) {
    console.error(`FAULT ${text}`);
    process.exit(1);
  }
}

const most = (name, number) => { counts[name] = Math.max(counts[name], number); };

function browserPath() {
  const isProgram = (path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

/** Opens the report; whatever it says or asks for becomes a fault. */
async function open(browser, url, { width, scheme, scripts = true, listen = true }) {
  const page = await browser.newPage();
  const where = `${width} pixels, ${scheme}${scripts ? '' : ', without scripts'}`;
  const fault = (text) => addFault(`${where}: ${text}`);
  if (listen) {
    page.on('console', (message) => fault(`console ${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => fault(`error of a script: ${error.message}`));
    page.on('request', (request) => {
      const asked = request.url();
      if (asked !== url && !asked.startsWith('data:')) fault(`asks for ${asked.slice(0, 200)}`);
    });
  }
  page.on('dialog', async (dialog) => {
    fault(`opens a dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on('popup', () => fault('opens a window'));
  await page.setViewport({ width, height: 900 });
  await page.setJavaScriptEnabled(scripts);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(url, { waitUntil: 'load' });
  counts.pages += 1;
  return { page, fault };
}

/** Runs in the page: what can be seen to be wrong, and how much was looked at. */
function look(width) {
  const wrong = [];
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const shortly = (element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}">`
    + ` ${element.textContent.trim().slice(0, 60)}`;
  const seen = (element) => element.checkVisibility() && element.getClientRects().length > 0;

  // Nothing is wider than the page, nor reaches beyond it.
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) wrong.push(`the page is ${root.scrollWidth} pixels wide`);
  for (const element of all('body *:not(.skip)').filter(seen)) {
    const { left, right } = element.getBoundingClientRect();
    if (left < -1 || right > width + 1) {
      wrong.push(`from ${Math.round(left)} to ${Math.round(right)} pixels: ${shortly(element)}`);
    }
    const style = getComputedStyle(element);
    if (element.scrollWidth > element.clientWidth + 1 && style.overflowX !== 'visible' && !element.matches('input')) {
      wrong.push(`its content is cut off or scrolls to the side: ${shortly(element)}`);
    }
  }

  // Texts are large enough, and do not lie on one another.
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest('script, style, option, .skip') || !seen(parent)) continue;
    const svg = parent.closest('svg');
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    const size = Number.parseFloat(getComputedStyle(parent).fontSize) * scale;
    if (size < (svg ? 9.5 : 12)) wrong.push(`a text of ${size.toFixed(1)} pixels: ${node.data.trim().slice(0, 60)}`);
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = svg ? [parent.getBoundingClientRect()] : [...range.getClientRects()];
    texts.push(...boxes.filter((box) => box.width > 0).map((box) => ({ box, text: node.data.trim(), parent })));
  }
  const sideways = document.querySelector('.side');
  const laid = texts.filter(({ parent }) => !sideways.contains(parent)).sort((a, b) => a.box.top - b.box.top);
  for (const [index, one] of laid.entries()) {
    for (let next = index + 1; next < laid.length && laid[next].box.top < one.box.bottom; next += 1) {
      const other = laid[next];
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - other.box.top;
      if (across > 2 && down > Math.min(one.box.height, other.box.height) / 2) {
        wrong.push(`texts lie on one another: ${one.text.slice(0, 40)} / ${other.text.slice(0, 40)}`);
      }
    }
  }

  // No word of a button, a label or a head is broken, and what a field has chosen is seen whole.
  for (const element of all('button, label, legend, summary, dt, dd, h2, h3, nav span, thead th, .badge').filter(seen)) {
    const range = document.createRange();
    range.selectNodeContents(element);
    const lines = new Set([...range.getClientRects()].filter((box) => box.width > 1).map((box) => Math.round(box.bottom / 8)));
    const words = element.textContent.trim().split(/\s+/).length;
    if (!element.querySelector('bdi, input, button') && lines.size > words) wrong.push(`a word is broken: ${shortly(element)}`);
  }
  const pen = document.createElement('canvas').getContext('2d');
  for (const field of all('select').filter(seen)) {
    const style = getComputedStyle(field);
    pen.font = style.font;
    const chosen = field.selectedOptions[0].text;
    const arrow = 16;
    const room = field.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight) - arrow;
    if (pen.measureText(chosen).width > room) wrong.push(`a field of ${field.clientWidth} pixels cuts "${chosen}" off`);
  }

  // The filter and the contents stand beside the findings where there is room, and above them elsewhere.
  const [side, main] = [sideways, document.querySelector('main')].map((element) => element.getBoundingClientRect());
  const beside = side.right <= main.left && side.top < main.top + 200;
  if (width >= 1600 && !beside) wrong.push('the contents do not stand beside the findings');
  if (width <= 400 && side.bottom > main.top) wrong.push('the contents do not stand above the findings');

  // Pictures are seen, in galleries that use the width.
  const pictures = all('img');
  for (const picture of pictures) {
    const name = picture.alt.slice(0, 60);
    const { width: across, height: down } = picture.getBoundingClientRect();
    if (!picture.complete || picture.naturalWidth === 0) wrong.push(`a picture is not shown: ${name}`);
    if (picture.alt.trim() === '') wrong.push('a picture has no alternative text');
    if (seen(picture) && (across < 60 || down < 60)) wrong.push(`a picture is ${across} by ${down} pixels: ${name}`);
    const said = picture.closest('figure')?.querySelector('figcaption .name')?.textContent;
    if (!said || ![`Thumbnail of ${said}`, `Average of ${said}`, `Deviation of ${said}`].includes(picture.alt)) wrong.push(`a picture has another name than below it: ${name}`);
  }
  const galleries = all('.cards, .members').filter((list) => seen(list));
  for (const gallery of galleries) {
    const boxes = [...gallery.children].filter(seen).map((item) => item.getBoundingClientRect());
    const inFirstRow = boxes.filter((box) => Math.abs(box.top - boxes[0].top) < 2).length;
    const room = gallery.getBoundingClientRect().width;
    if (boxes.length >= 2 && room >= 300 && inFirstRow < 2) {
      wrong.push(`a gallery of ${boxes.length} in ${room} pixels has one column`);
    }
    if (boxes.some((box) => !(box.width > 0 && box.height > 0))) wrong.push('a gallery has an empty place');
  }

  // Only what the page holds is named.
  for (const element of all('*')) {
    for (const { name, value } of element.attributes) {
      const isLink = ['src', 'href', 'srcset', 'poster', 'action', 'data', 'formaction', 'xlink:href'].includes(name);
      if (isLink && !/^(data:|#)/.test(value)) wrong.push(`${name}="${value.slice(0, 80)}" leads out of the page`);
      if (name === 'href' && value.startsWith('#') && !document.getElementById(value.slice(1))) {
        wrong.push(`href="${value}" leads nowhere`);
      }
      if (/^on/.test(name)) wrong.push(`${shortly(element)} has the attribute ${name}`);
    }
  }
  for (const style of all('style')) {
    if (/url\(|@import/.test(style.textContent)) wrong.push('a style names another file');
  }

  // Names and messages are text, and show what they are made of.
  const hostile = {
    '<script>': /<script>.*<\/script>/, '<img': /<img /, 'a quote': /"/, 'an apostrophe': /'/, 'an entity': /&lt;/,
    'a newline': /\\n/, 'a carriage return': /\\r/, 'an escape code': /\\u\{1b\}/, 'a turned direction': /\\u\{202e\}/,
    '200 characters without a space': /\S{200}/,
  };
  const kinds = new Set();
  let hostiles = 0;
  if (all('script').length !== 1) wrong.push(`${all('script').length} scripts`);
  for (const element of all('.name, .message, .reason, h1, caption, figcaption, .leaks th')) {
    const allowed = '.folder, wbr, bdi, .name, .message, .measured, .badge';
    const markup = all('*', element).find((child) => !child.matches(allowed));
    if (markup) wrong.push(`a text became markup: ${shortly(markup)}`);
    const text = element.textContent;
    if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(text)) {
      wrong.push(`a text holds characters that are not seen: ${JSON.stringify(text.slice(0, 60))}`);
    }
    const found = Object.keys(hostile).filter((kind) => hostile[kind].test(text));
    found.forEach((kind) => kinds.add(kind));
    hostiles += found.length > 0 ? 1 : 0;
  }
  for (const kind of Object.keys(hostile)) {
    if (!kinds.has(kind)) wrong.push(`no name has ${kind}: make the folder with make_folder.py`);
  }
  if (window.harmed !== undefined) wrong.push(`the script of a name ran: window.harmed is ${window.harmed}`);
  if (/[\n<]/.test(document.title) && all('title').length !== 1) wrong.push('the title became markup');

  const parts = all('main > section').map((part) => part.id);
  for (const part of ['findings', 'waived', 'classes', 'properties', 'dataset']) {
    if (!parts.includes(part)) wrong.push(`the page has no part ${part}`);
  }
  const numbers = {
    parts: parts.length, checks: all('.check').length, findings: all('.item').length, pictures: pictures.length,
    galleries: galleries.length, charts: all('.chart svg').length, 'texts measured': texts.length,
    'hostile texts': hostiles,
  };
  return { wrong: [...new Set(wrong)], numbers, height: root.scrollHeight };
}

async function lookAt(browser, url, options) {
  const { page, fault } = await open(browser, url, options);
  const { width, scheme, scripts = true } = options;
  // As it is first, then with all lists open.
  for (const opened of [false, true]) {
    if (opened) await page.evaluate(() => document.querySelectorAll('details').forEach((fold) => { fold.open = true; }));
    const { wrong, numbers, height } = await page.evaluate(look, width);
    wrong.forEach(fault);
    Object.entries(numbers).forEach(([name, number]) => most(name, number));
    if (!opened) {
      // Chromium repeats the first part of higher pictures.
      const clip = { x: 0, y: 0, width, height: Math.min(height, 16000) };
      const name = `report-${width}-${scheme}${scripts ? '' : '-without-scripts'}.png`;
      writeFileSync(join(folder, name), await page.screenshot({ clip, captureBeyondViewport: true }));
      counts.screenshots += 1;
    }
  }
  if (scripts) {
    await page.evaluate(AXE);
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations, passes } = await page.evaluate((values) => window.axe.run(document, { runOnly: values }), tags);
    most('axe rules passed', passes.length);
    for (const { id, impact, help, nodes } of violations) {
      const text = `axe ${id} (${impact}): ${help}; ${nodes.length} times, first ${nodes[0].html.slice(0, 160)}`;
      if (['serious', 'critical'].includes(impact)) fault(text);
      else console.log(`note: ${width} pixels, ${scheme}: ${text}`);
    }
  }
  await page.close();
}

/** Runs in the page: what is shown now, with the order of all that is sorted. */
function state() {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  return {
    checks: all('.check').map((section) => ({
      check: section.dataset.check,
      severity: section.dataset.severity,
      findings: Number(section.dataset.findings),
      shown: !section.hidden && section.checkVisibility(),
      linked: all(`[data-check-link="${section.dataset.check}"]`).every((link) => link.checkVisibility()),
      folds: all('details', section).map((fold) => fold.open),
      items: all('.item', section).map((item) => ({
        list: all('ul', section).indexOf(item.parentElement),
        severity: item.dataset.severity,
        text: item.textContent,
        name: (item.querySelector('.name') ?? item).textContent,
        names: all('.name', item).map((name) => name.textContent),
        shown: !item.hidden && !item.closest('[hidden]'),
      })),
    })),
    said: document.getElementById('shown').textContent,
  };
}

async function use(browser, url, width) {
  const { page, fault } = await open(browser, url, { width, scheme: 'light' });
  const start = await page.evaluate(state);
  const form = await page.evaluate(() => document.querySelector('form.filter')?.checkVisibility() ?? false);
  if (!form) {
    fault('there is no filter');
    await page.close();
    return;
  }
  const listed = start.checks.flatMap(({ items }) => items);

  let failed = 0;
  /** Waits until the page shows what is expected of it. */
  async function expect(what, expected) {
    let found;
    for (let tries = 0; tries < 25; tries += 1) {
      found = await page.evaluate(state);
      if (expected(found) === undefined) return;
      await new Promise((done) => { setTimeout(done, 40); });
    }
    fault(`${what}: ${expected(found)}`);
    failed += 1;
    // Each waits in vain for a second.
    if (failed === 6) throw new Error('6 expectations failed');
  }
  /** Which findings a filter leaves, worked out here from what the page had at first. */
  const leaves = ({ text = '', severities = ['error', 'warning', 'info'], check = '' }) => (found) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let [findings, checks] = [0, 0];
    for (const before of start.checks) {
      const fits = before.items.filter((item) => (check === '' || check === before.check)
        && severities.includes(item.severity) && words.every((word) => item.text.toLowerCase().includes(word)));
      const now = found.checks.find((section) => section.check === before.check);
      const shown = now.items.filter((item) => item.shown);
      const sorted = (items) => items.map((item) => item.text).sort().join('\0');
      if (sorted(shown) !== sorted(fits)) return `${before.check} shows ${shown.length} findings, not ${fits.length}`;
      if (now.shown !== fits.length > 0) return `${before.check} is ${now.shown ? 'shown' : 'hidden'}`;
      if (now.linked !== now.shown) return `the link to ${before.check} is ${now.linked ? 'shown' : 'hidden'}`;
      const open = words.length > 0 ? before.folds.map(() => true) : before.folds;
      if (now.shown && now.folds.join() !== open.join()) return `the lists of ${before.check} are not open as they should`;
      findings += fits.length;
      checks += fits.length > 0 ? 1 : 0;
    }
    const says = found.said.match(/\d[\d,]*/g)?.map((number) => Number(number.replaceAll(',', ''))) ?? [];
    const numbers = findings === listed.length ? [findings, checks] : [findings, listed.length, checks];
    return says.join() === numbers.join() ? undefined : `"${found.said}", expected the numbers ${numbers}`;
  };
  const reset = async () => {
    await page.click('form.filter [type="reset"]');
    await expect('reset', leaves({}));
  };
  const write = async (text) => {
    await page.focus('#filter-text');
    await page.keyboard.sendCharacter(text);
  };
  const filters = async (what, filter) => {
    await expect(what, leaves(filter));
    counts.filters += 1;
  };
  await expect('at first', leaves({}));

  // Texts: parts of names and messages, several words, capitals, and what is nowhere.
  const longest = listed.map(({ names }) => names[0] ?? '').sort((a, b) => b.length - a.length)[0];
  for (const text of ['<script>', '<img', '\\n', '\\u{1b}', '"', 'CAT', 'train night', '写真', longest, 'no such text']) {
    await write(text);
    await filters(`text ${text.slice(0, 40)}`, { text });
    await reset();
  }
  // Severities.
  const severities = ['error', 'warning', 'info'];
  for (const severity of severities) {
    await page.click(`input[name="severity"][value="${severity}"]`);
    await filters(`without ${severity}`, { severities: severities.filter((other) => other !== severity) });
    await reset();
  }
  for (const severity of severities) await page.click(`input[name="severity"][value="${severity}"]`);
  await filters('no severity', { severities: [] });
  await reset();
  // Checks, each of them.
  const options = await page.$$eval('#filter-check option', (list) => list.map((option) => option.value));
  const checks = start.checks.map(({ check }) => check);
  if (options.slice(1).join() !== checks.join()) fault('the filter does not name the checks of the page');
  for (const check of checks) {
    await page.select('#filter-check', check);
    await filters(`check ${check}`, { check });
  }
  await reset();
  // All at once.
  await write('train');
  await page.click('input[value="info"]');
  await page.select('#filter-check', 'dark');
  await filters('text, severity and check', { text: 'train', severities: ['error', 'warning'], check: 'dark' });

  // A link to a check that is hidden shows it.
  for (const check of checks.filter((name) => name !== 'dark').slice(0, 3)) {
    await page.evaluate((name) => { window.location.hash = `check-${name}`; }, check);
    await expect(`link to ${check}`, leaves({}));
    const top = await page.evaluate(async (name) => {
      await new Promise((done) => { setTimeout(done, 100); });
      return document.getElementById(`check-${name}`).getBoundingClientRect().top;
    }, check);
    if (!(top > -5 && top < 900)) fault(`a link to ${check} leads ${Math.round(top)} pixels beside it`);
    counts.links += 1;
    await page.select('#filter-check', 'dark');
    await expect('check dark', leaves({ check: 'dark' }));
  }
  await reset();

  // Orders.
  const collator = new Intl.Collator('en', { numeric: true });
  const orders = {
    findings: (a, b) => b.findings - a.findings,
    name: (a, b) => collator.compare(a.check, b.check),
    severity: (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity),
  };
  const seenOrders = new Set();
  for (const [order, compare] of Object.entries(orders)) {
    await page.select('#filter-checks', order);
    await expect(`checks by ${order}`, ({ checks: found }) => {
      const bad = found.findIndex((section, index) => index > 0 && compare(found[index - 1], section) > 0);
      return bad > 0 ? `${found[bad].check} stands after ${found[bad - 1].check}` : undefined;
    });
    seenOrders.add((await page.evaluate(state)).checks.map(({ check }) => check).join());
    counts.orders += 1;
  }
  if (seenOrders.size < 2) fault('every order of the checks is the same');
  const nameOf = ({ name }) => name;
  for (const order of ['name', 'worst']) {
    await page.select('#filter-findings', order);
    await expect(`findings by ${order}`, ({ checks: found }) => {
      for (const section of found) {
        const before = start.checks.find(({ check }) => check === section.check);
        for (const list of new Set(section.items.map((item) => item.list))) {
          const of = (items) => items.filter((item) => item.list === list).map(nameOf);
          const expected = order === 'name' ? of(before.items).sort(collator.compare) : of(before.items);
          if (of(section.items).join('\0') !== expected.join('\0')) return `${section.check} has another order`;
        }
      }
      return undefined;
    });
    counts.orders += 1;
  }
  for (const direction of ['ascending', 'descending']) {
    for (const [column, head] of (await page.$$('.classes th[data-sort] button')).entries()) {
      await head.evaluate((button) => button.click());
      if (direction === 'descending') await head.evaluate((button) => button.click());
      const { values, aria } = await page.evaluate((at) => ({
        values: [...document.querySelectorAll('.classes tbody tr')]
          .map(({ cells }) => cells[at].dataset.value ?? cells[at].textContent),
        aria: document.querySelectorAll('.classes thead th')[at].getAttribute('aria-sort'),
      }), column);
      const compare = column === 0 ? collator.compare : (a, b) => a - b;
      const expected = [...values].sort((a, b) => (aria === 'ascending' ? compare(a, b) : compare(b, a)));
      if (expected.join('\0') !== values.join('\0')) fault(`the classes are not ${aria} by column ${column + 1}`);
      if (!['ascending', 'descending'].includes(aria)) fault(`column ${column + 1} does not say its order`);
      counts.orders += 1;
    }
  }

  // Copies. The clipboard is one that only keeps what it gets.
  await reset();
  await page.evaluate(() => {
    window.copied = [];
    const clipboard = { writeText: async (text) => { window.copied.push(text); } };
    Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
  });
  for (const button of await page.$$('button.copy')) {
    const { visible, from, code } = await button.evaluate((element) => ({
      visible: element.checkVisibility(), from: element.dataset.copyNames, code: element.dataset.copyText,
    }));
    if (!visible) {
      fault('a button that copies is hidden');
      continue;
    }
    await button.evaluate((element) => element.click());
    const text = await page.evaluate(async () => {
      await new Promise((done) => { setTimeout(done, 20); });
      return window.copied.pop();
    });
    const items = start.checks.find(({ check }) => `check-${check}` === from)?.items ?? [];
    const names = new Set(items.flatMap((item) => item.names));
    const expected = from ? `${[...names].join('\n')}\n`
      : await page.evaluate((id) => document.getElementById(id).textContent, code);
    if (text !== expected) fault(`the button of ${from ?? code} copies something else`);
    counts.copies += 1;
  }
  await page.close();
}

/** Markup that gets into the page all the same neither runs nor loads anything. */
async function plant(browser, url) {
  const { page, fault } = await open(browser, url, { width: 1600, scheme: 'light', listen: false });
  const refused = await page.evaluate(async () => {
    const events = [];
    document.addEventListener('securitypolicyviolation', (event) => events.push(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.harmed = "script"';
    const image = document.createElement('div');
    image.innerHTML = '<img src="data:," onerror="window.harmed = \'handler\'"><img src="https://example.invalid/a.png">'
      + '<p style="color: red">styled</p><iframe src="data:text/html,x"></iframe>';
    document.body.append(script, image);
    await new Promise((done) => { setTimeout(done, 300); });
    return { events, harmed: window.harmed };
  });
  if (refused.harmed !== undefined) fault(`the policy of the page lets a planted ${refused.harmed} run`);
  for (const kind of ['script-src-elem', 'script-src-attr', 'img-src', 'style-src-attr', 'frame-src']) {
    if (!refused.events.includes(kind)) fault(`the policy of the page does not refuse ${kind}`);
  }
  counts['planted scripts refused'] += refused.events.length;
  await page.close();
}

async function main() {
  if (!report || !folder) {
    console.error('usage: node check.mjs REPORT.html OUT_DIR');
    return 2;
  }
  const executablePath = browserPath();
  if (!executablePath) {
    console.error('no browser: set CHROMIUM, or put chromium, chromium-browser or google-chrome on the PATH');
    return 1;
  }
  mkdirSync(folder, { recursive: true });
  const url = pathToFileURL(realpathSync(report)).href;
  // Continuous integration runs as root, where Chromium has no sandbox; names reach no resolver.
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND'];
  const browser = await puppeteer.launch({ executablePath, args });
  try {
    console.log(`${await browser.version()}, ${report}`);
    const attempt = async (what, work) => {
      try {
        await work();
      } catch (error) {
        addFault(`${what} came to no end: ${error.message.split('\n')[0]}`);
      }
    };
    const schemes = new Set();
    for (const width of WIDTHS) {
      for (const [scheme, scripts] of [...SCHEMES.map((name) => [name, true]), ['light', false]]) {
        await attempt(`looking at ${width} pixels, ${scheme}`, async () => {
          await lookAt(browser, url, { width, scheme, scripts });
          schemes.add(scheme);
        });
      }
      await attempt(`using the page at ${width} pixels`, () => use(browser, url, width));
      counts.widths += 1;
    }
    counts.schemes = schemes.size;
    await attempt('planting scripts', () => plant(browser, url));
  } finally {
    await browser.close();
  }
  for (const [name, number] of Object.entries(counts)) if (!(number > 0)) addFault(`${name}: nothing was looked at`);
  console.log(Object.entries(counts).map(([name, number]) => `${name} ${number}`).join(', '));
  faults.forEach((text) => console.error(`FAULT ${text}`));
  console.log(faults.size === 0 ? 'the page has no fault' : `${faults.size} faults`);
  return faults.size === 0 ? 0 : 1;
}

process.exitCode = await main();
