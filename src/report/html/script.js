'use strict';
// Filters, sorts and copies. Without it the page shows the same content.
(() => {
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const byName = new Intl.Collator('en', { numeric: true }).compare;
  const plain = (number) => number.toLocaleString('en');
  const counted = (number, one, many) => `${plain(number)} ${number === 1 ? one : many}`;
  const said = document.getElementById('shown');

  // The findings of each check that the page lists, in the order of the page.
  const sections = all('.check').map((element, place) => ({
    element,
    place,
    check: element.dataset.check,
    rank: ['error', 'warning', 'info'].indexOf(element.dataset.severity),
    findings: Number(element.dataset.findings),
    link: document.querySelector(`[data-check-link="${element.dataset.check}"]`),
    folds: all('details', element).map((fold) => ({ element: fold, open: fold.open })),
    items: all('.item', element).map((item, at) => ({
      element: item,
      parent: item.parentElement,
      at,
      severity: item.dataset.severity,
      name: (item.querySelector('.name') || item).textContent,
      text: item.textContent.toLowerCase(),
    })),
  }));
  const listed = sections.reduce((sum, section) => sum + section.items.length, 0);
  const form = document.querySelector('form.filter');
  let searching = false;

  const filter = () => {
    const wanted = new FormData(form);
    const severities = wanted.getAll('severity');
    const words = wanted.get('text').toLowerCase().split(/\s+/).filter(Boolean);
    const check = wanted.get('check');
    const fits = (item) => severities.includes(item.severity) && words.every((word) => item.text.includes(word));
    let [checks, findings] = [0, 0];
    for (const section of sections) {
      const right = check === '' || check === section.check;
      let shown = 0;
      for (const item of section.items) {
        const fit = right && fits(item);
        item.element.hidden = !fit;
        shown += fit ? 1 : 0;
      }
      section.element.hidden = shown === 0;
      if (section.link) section.link.hidden = shown === 0;
      // A list that folds is open while a text is searched, and then as it was before.
      for (const fold of section.folds) {
        if (words.length > 0 && !searching) fold.open = fold.element.open;
        if (words.length > 0) fold.element.open = true;
        else if (searching) fold.element.open = fold.open;
      }
      checks += shown > 0 ? 1 : 0;
      findings += shown;
    }
    searching = words.length > 0;
    const of = counted(checks, 'check', 'checks');
    said.textContent = findings === listed
      ? `${counted(listed, 'finding', 'findings')} of ${of} listed`
      : `${plain(findings)} of ${counted(listed, 'listed finding', 'listed findings')}, of ${of}`;
  };

  const sortChecks = () => {
    const orders = {
      severity: (a, b) => a.place - b.place,
      findings: (a, b) => b.findings - a.findings || a.place - b.place,
      name: (a, b) => byName(a.check, b.check),
    };
    const parent = document.getElementById('checks');
    const sorted = sections.slice().sort(orders[form.elements.checks.value]);
    parent.append(...sorted.map((section) => section.element));
  };

  const sortFindings = () => {
    const named = form.elements.findings.value === 'name';
    for (const section of sections) {
      const sorted = section.items.slice().sort((a, b) => (named && byName(a.name, b.name)) || a.at - b.at);
      for (const item of sorted) item.parent.append(item.element);
    }
  };

  if (form) {
    let waiting = 0;
    const later = () => {
      clearTimeout(waiting);
      waiting = setTimeout(filter, 120);
    };
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('input', (event) => {
      if (event.target.name === 'checks') sortChecks();
      else if (event.target.name === 'findings') sortFindings();
      else later();
    });
    form.addEventListener('reset', () => {
      setTimeout(() => {
        filter();
        sortChecks();
        sortFindings();
      }, 0);
    });
    form.hidden = false;
    // A browser that goes back to the page keeps what the form had.
    form.reset();
  }

  // A link to a check leads there also where a filter hides it.
  addEventListener('hashchange', () => {
    const target = document.getElementById(location.hash.slice(1));
    if (form && target && target.hidden) {
      form.reset();
      setTimeout(() => target.scrollIntoView(), 10);
    }
  });

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Pages that are files have no clipboard in some browsers.
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      const copied = document.execCommand('copy');
      area.remove();
      if (!copied) throw new Error('nothing was copied');
    }
  };

  for (const button of all('button.copy')) {
    button.hidden = false;
    const label = button.textContent;
    let waiting = 0;
    button.addEventListener('click', async () => {
      const { copyNames, copyText } = button.dataset;
      let [text, what] = ['', 'the code'];
      if (copyNames) {
        const shown = (name) => !name.closest('.item[hidden]');
        const names = all('.item .name', document.getElementById(copyNames)).filter(shown);
        const distinct = Array.from(new Set(names.map((name) => name.textContent)));
        [text, what] = [`${distinct.join('\n')}\n`, counted(distinct.length, 'name', 'names')];
      } else {
        text = document.getElementById(copyText).textContent;
      }
      try {
        await copy(text);
        button.textContent = 'Copied';
        said.textContent = `Copied ${what}`;
      } catch {
        button.textContent = 'Not copied';
        said.textContent = 'The browser did not allow copying';
      }
      button.focus();
      clearTimeout(waiting);
      waiting = setTimeout(() => { button.textContent = label; }, 2000);
    });
  }

  // Heads of columns become buttons that sort the rows.
  for (const head of all('th[data-sort]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'sort';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const ascending = head.getAttribute('aria-sort') !== 'ascending';
      for (const other of head.parentElement.children) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
      const body = head.closest('table').tBodies[0];
      const value = (row) => {
        const cell = row.cells[head.cellIndex];
        return cell.dataset.value || cell.textContent;
      };
      const compare = head.dataset.sort === 'number' ? (a, b) => Number(a) - Number(b) : byName;
      const rows = Array.from(body.rows, (row) => [value(row), row]);
      rows.sort(([a], [b]) => (ascending ? compare(a, b) : compare(b, a)));
      body.append(...rows.map(([, row]) => row));
    });
  }
})();
