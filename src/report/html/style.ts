/** How the page looks: on a wide screen and on a phone, in light and in dark, and on paper. */
export const STYLE = `
:root { --page: #f4f5f7; --paper: #fff; --ink: #1b2430; --dim: #5d6876; --line: #dfe3e8; --exit: #c4161c; --keep: #17733f; --review: #8a5a00; --special: #1d5fc4; --general: #5d6876 }
@media (prefers-color-scheme: dark) {
  :root { --page: #11151a; --paper: #1a2027; --ink: #e6eaef; --dim: #9aa5b1; --line: #323b45; --exit: #ff7b72; --keep: #56d08a; --review: #e3b341; --special: #79b0ff; --general: #9aa5b1 }
}
@media print {
  :root { --page: #fff; --paper: #fff; --ink: #000; --dim: #444; --line: #bbb; --exit: #b00010; --keep: #0b5c2e; --review: #6b4500; --special: #0b3f91; --general: #444 }
}
* { box-sizing: border-box }
html { color-scheme: light dark; scroll-padding-top: 1rem }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 68rem; background: var(--page); color: var(--ink); font: 15px / 1.55 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
h1 { margin: 0; font-size: 1.6rem }
h2 { margin: 2.2rem 0 0.7rem; font-size: 1.15rem }
h3 { margin: 0; font-size: 1rem }
p, ul { margin: 0.3rem 0 }
a { color: inherit; text-decoration-color: var(--dim) }
a small { text-decoration: none }
code { font-size: 0.9em }
.how code { display: block }
small { display: block; color: var(--dim); font-size: 0.85rem; font-weight: normal }
.shared { position: absolute }
body > header p { color: var(--dim) }
body > header span { display: inline-block; margin-right: 0.8rem }
.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: 0.75rem; margin: 1.2rem 0 0; padding: 0; list-style: none; color: var(--dim) }
.figures li, article, figure, table, #next, .well { border: 1px solid var(--line); border-radius: 8px; background: var(--paper) }
.figures li { padding: 0.7rem 0.9rem }
.figures b { display: block; color: var(--ink); font-size: 1.75rem; line-height: 1.2 }
.figures .exit, .figures .gap, .figures .risk { border-color: var(--exit) }
.exit b, .gap b, .risk b, b.exit, .exit .gap { color: var(--exit) }
.figures .review b { color: var(--review) }
.well { padding: 0.7rem 0.9rem; color: var(--keep) }
.well.review { color: var(--review) }
table { width: 100%; border-spacing: 0 }
#exit table { border-color: var(--exit) }
th, td { padding: 0.5rem 0.8rem; text-align: left; vertical-align: top }
tbody th { width: 40% }
thead th { color: var(--dim); font-size: 0.85rem; font-weight: normal; white-space: nowrap }
tbody > tr > * { border-top: 1px solid var(--line) }
.n { text-align: right; white-space: nowrap }
button, input, .button { padding: 0.35rem 0.8rem; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); color: var(--ink); font: inherit; text-decoration: none }
th button { padding: 0; border: 0; background: none; color: inherit; cursor: pointer }
[aria-sort="ascending"] button::after { content: " ▲" }
[aria-sort="descending"] button::after { content: " ▼" }
:focus-visible { outline: 2px solid var(--special); outline-offset: 2px }
.how { display: flex; flex-wrap: wrap; gap: 0.4rem 0.9rem; align-items: center; margin: 0 0 0.8rem }
.button { display: inline-block; border-color: var(--exit); background: var(--exit); color: var(--paper); font-weight: 600 }
#next { padding: 0 0.9rem 0.7rem; margin-top: 2.2rem }
#next h2 { margin-top: 0.8rem }
.tools { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-bottom: 0.8rem }
.tools[hidden], article[hidden] { display: none }
.tools input { flex: 1 1 12rem; min-width: 0 }
[aria-pressed="true"] { border-color: var(--ink); background: var(--ink); color: var(--paper) }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); gap: 0.9rem }
.alone { grid-template-columns: 1fr !important }
.paper > table span { white-space: nowrap }
.paper > table :is(th, td) { width: auto; padding: 0.3rem 0.45rem; font-size: 0.85rem; font-weight: normal }
article { padding: 0.8rem 0.9rem; content-visibility: auto; contain-intrinsic-size: auto 19rem }
article.exit { border-color: var(--exit) }
article:target { outline: 2px solid var(--special) }
article header { display: grid; grid-template-columns: 1fr auto; gap: 0 0.8rem; align-items: baseline }
article h3 { grid-column: 1 / -1; order: 1; margin-top: 0.2rem }
article header b { font-size: 1.3rem }
article header b small { display: inline }
.verdict { color: var(--dim); font-weight: 600; white-space: nowrap }
.exit > header .verdict, .verdict.exit { color: var(--exit) }
.keep > header .verdict, .verdict.keep { color: var(--keep) }
.review > header .verdict, .verdict.review { color: var(--review) }
article.muted { opacity: 0.75 }
.alone article.muted { opacity: 1 }
figure { margin: 0; padding: 0.8rem 0.9rem; break-inside: avoid }
figure p { font-size: 0.9rem }
h4 { margin: 0; font-size: 1rem }
#shops > table, #shops > details { margin-top: 0.9rem }
#shops > details > summary { padding: 0.3rem 0; font-size: 0.95rem }
#shops > details > table { margin-top: 0.5rem; color: var(--ink); font-size: 15px }
th details { font-weight: normal }
th details small { margin: 0.2rem 0 0 1rem }
#shops .left { margin-bottom: 0.7rem }
:is(article, figure) svg { display: block; width: 100%; max-width: 34rem; margin: 0.4rem 0 0; font-size: 12px }
.blank { margin: 1rem 0; color: var(--dim) }
path { fill: none }
.grid, .axis { stroke: var(--line) }
.axis { stroke: var(--dim) }
text { fill: var(--dim) }
.tick, .now { text-anchor: end }
#days text, .day { text-anchor: middle }
#days .now { text-anchor: end }
path.general { stroke: var(--general); stroke-width: 1.6; stroke-dasharray: 5 3 }
path.special { stroke: var(--special); stroke-width: 2.2; stroke-linejoin: round }
circle.special, text.special { fill: var(--special) }
circle.general { fill: var(--general) }
text.special { font-weight: 600 }
text.under { fill: var(--exit) }
.band { fill: var(--special); opacity: 0.16 }
.below { fill: url("#hatch") }
.wash { fill: var(--exit); opacity: 0.14 }
.stroke { stroke: var(--exit); opacity: 0.5 }
.span { display: inline-block; min-width: 5em }
.bar { width: 5rem; height: 0.6rem }
.range { stroke: var(--ink); stroke-width: 5 }
.scope, .left { color: var(--dim); font-size: 0.85rem }
.loud { font-weight: 600 }
time { white-space: nowrap }
details { margin-top: 0.5rem; color: var(--dim); font-size: 0.85rem }
summary { cursor: pointer }
.d1 { margin-left: 0.8rem }
.d2 { margin-left: 1.6rem }
.d3 { margin-left: 2.4rem }
#changes h3 { margin-top: 0.9rem; color: var(--dim); font-size: 0.9rem }
#changes ul { padding: 0; list-style: none; content-visibility: auto; contain-intrinsic-size: auto 6rem }
#changes li { display: grid; grid-template-columns: 7.5em 1fr auto; gap: 0 0.8rem }
#guide { color: var(--dim); font-size: 0.9rem }
#guide ul { padding-left: 1.2rem }
@media (max-width: 40rem) {
  .figures { grid-template-columns: 1fr 1fr }
  table, tbody, tbody th { display: block; width: auto }
  thead { display: none }
  tbody tr { display: block; padding: 0.4rem 0.8rem; border-top: 1px solid var(--line) }
  tbody tr:first-child { border: 0 }
  tbody > tr > * { padding: 0; border: 0 }
  td.n { text-align: left; white-space: normal }
  td { display: inline-block; margin-right: 0.9rem }
  td::before { content: attr(data-is) " "; color: var(--dim); font-size: 0.85rem }
  #changes li { grid-template-columns: 1fr auto; padding-bottom: 0.4rem }
  #changes li span:nth-child(2) { grid-column: 1 / -1; order: 1 }
}
@page {
  size: A4; margin: 14mm 12mm 16mm;
  @bottom-right { content: counter(page) " / " counter(pages); font-size: 9pt }
}
@media print {
  html { color-scheme: light }
  body { padding: 0 1px; max-width: none; font-size: 9.5pt; line-height: 1.4 }
  .tools { display: none }
  .cards { grid-template-columns: 1fr 1fr }
  article, #changes ul { content-visibility: visible }
  article { padding: 0.5rem 0.7rem; break-inside: avoid }
  .left { break-after: avoid }
  tr, li { break-inside: avoid }
  h2, h3 { break-after: avoid }
  details:not([open]), .bar { display: none }
  details { font-size: 7.5pt }
  .paper > table :is(th, td) { font-size: 7.5pt }
  .button { background: none; color: var(--exit) }
  .button::after { content: " " attr(href); font-weight: normal }
}
`;
