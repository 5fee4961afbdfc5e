/** The report's looks, in light and dark, from a phone's width up. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fcfbf8; --card: #ffffff; --ink: #1d1e20; --muted: #63656b; --line: #dfddd6;
  --accent: #2c5aa8; --on-accent: #ffffff; --warn: #a8481a; --warn-paper: #fbeee4;
  --women: #9a4f8f; --men: #2f6f86;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131519; --card: #1b1e24; --ink: #e7e5df; --muted: #a09f99; --line: #343841;
    --accent: #86aef2; --on-accent: #11151d; --warn: #f0a36b; --warn-paper: #33251b;
    --women: #d79bcd; --men: #7fc0d6;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, sans-serif; overflow-wrap: anywhere;
}
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem; letter-spacing: -.01em; }
h2 { font-size: 1.25rem; margin: 3rem 0 .4rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.8rem 0 .6rem; }
p { margin: .7rem 0; max-width: 46rem; }
.kicker, .muted, figcaption, .tile small { color: var(--muted); }
.kicker { margin: 0; font-size: .9rem; }
.notice {
  margin: 1rem 0; padding: .6rem .9rem; max-width: 46rem; color: var(--ink);
  background: var(--warn-paper); border-left: 4px solid var(--warn); border-radius: 3px;
}
.shares { color: var(--warn); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .7rem; margin: 1.5rem 0; padding: 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .7rem .9rem; }
.tile dt { font-size: .85rem; color: var(--muted); }
.tile dd { margin: 0; }
.tile dd.value { font-size: 1.75rem; line-height: 1.25; font-variant-numeric: tabular-nums; font-weight: 600; }
.tile small { display: block; font-size: .8rem; line-height: 1.4; }
.plots { display: grid; align-items: start; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1.2rem; margin: 1rem 0; }
.plots > div { min-width: 0; }
.plots.wide { grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); }
figure { margin: 0; min-width: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .8rem; }
figure svg { display: block; width: 100%; height: auto; max-width: 32rem; margin: 0 auto; overflow: visible; }
figcaption { font-size: .88rem; line-height: 1.45; margin-top: .4rem; }
figcaption strong { color: var(--ink); }
.key { white-space: nowrap; }
.key::before { content: ""; display: inline-block; width: .75em; height: .75em; margin-right: .35em; border-radius: 2px; background: var(--muted); }
.key.women::before { background: var(--women); }
.key.men::before { background: var(--men); }
.key.accent::before { background: var(--accent); }
.key.warn::before { background: var(--warn); opacity: .5; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
caption { text-align: left; color: var(--muted); padding-bottom: .3rem; }
th, td { text-align: right; padding: .28rem .7rem; border-bottom: 1px solid var(--line); font-weight: 400; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { color: var(--muted); font-size: .82rem; }
tfoot th, tfoot td { font-weight: 600; border-bottom: 0; }
details { margin: .8rem 0; }
summary { cursor: pointer; color: var(--accent); width: fit-content; }
summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .8rem; white-space: pre-wrap; font-size: .85rem; }
.scores { list-style: none; margin: .5rem 0 0; padding: 0; }
.scores li { display: flex; justify-content: space-between; }
@media print { figure, .tile { break-inside: avoid; } }
`
