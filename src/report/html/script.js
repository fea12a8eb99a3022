// Sorting and filtering: all else of the page works without it.
for (const head of document.querySelectorAll('thead th')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener('click', () => {
    const order = head.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending';
    for (const other of head.parentElement.children) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', order);
    const body = head.closest('table').tBodies[0];
    const sign = order === 'ascending' ? 1 : -1;
    const keyOf = (row) => row.cells[head.cellIndex].dataset.n ?? row.cells[head.cellIndex].textContent;
    const compare = (a, b) => {
      if (a === '' || b === '') return sign * (Number(a === '') - Number(b === ''));
      return head.classList.contains('n') ? a - b : a.localeCompare(b, document.documentElement.lang);
    };
    body.append(...[...body.rows].sort((a, b) => sign * compare(keyOf(a), keyOf(b))));
  });
}

/** Buttons and a field that show some of the cards; a page of one plan has none. */
function offerFilter(tools) {
  const search = tools.querySelector('input');
  const buttons = [...tools.querySelectorAll('button')];
  const isPressed = (button) => button.getAttribute('aria-pressed') === 'true';
  const filter = () => {
    const verdicts = buttons.filter(isPressed).map((button) => button.value);
    const text = search.value.trim().toLowerCase();
    for (const card of document.querySelectorAll('article')) {
      const isAsked = verdicts.length === 0 || verdicts.includes(card.dataset.is);
      card.hidden = !isAsked || !card.querySelector('h3').textContent.toLowerCase().includes(text);
    }
  };
  for (const button of buttons) {
    button.addEventListener('click', () => {
      button.setAttribute('aria-pressed', String(!isPressed(button)));
      filter();
    });
  }
  search.addEventListener('input', filter);
  tools.hidden = false;
}
for (const tools of document.querySelectorAll('.tools')) offerFilter(tools);
// A link to a card that is filtered away shows it.
addEventListener('hashchange', () => document.getElementById(location.hash.slice(1))?.removeAttribute('hidden'));
