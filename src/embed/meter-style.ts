const light = `
  --paper: var(--undertone-paper, #fff);
  --ink: var(--undertone-ink, #20242c);
  --soft: var(--undertone-soft, #5b6270);
  --line: var(--undertone-line, #d9d8d3);
  --track: var(--undertone-track, #eceae5);
  --accent: var(--undertone-accent, #2f5d9b);
  --on-accent: var(--undertone-on-accent, #fff);
  --alarm: var(--undertone-alarm, #a4262c);
  --lightness: 46%;
  --chroma: 58%;
  color-scheme: light;`

const dark = `
  --paper: var(--undertone-paper, #1d2128);
  --ink: var(--undertone-ink, #eceef2);
  --soft: var(--undertone-soft, #a2a9b6);
  --line: var(--undertone-line, #343a45);
  --track: var(--undertone-track, #2a2f38);
  --accent: var(--undertone-accent, #8ab4f0);
  --on-accent: var(--undertone-on-accent, #10151c);
  --alarm: var(--undertone-alarm, #ff9c96);
  --lightness: 62%;
  --chroma: 52%;
  color-scheme: dark;`

/** Of `<undertone-meter>`; its colours are custom properties that a page may set. */
export const meterStyle = `
:host { display: block; max-width: 26rem; ${light} }
@media (prefers-color-scheme: dark) { :host { ${dark} } }
:host([theme='light']) { ${light} }
:host([theme='dark']) { ${dark} }
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
.card {
  padding: 1.25rem;
  border: 1px solid var(--line);
  border-radius: 0.9rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem / 1.4 system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
}
.top { display: flex; gap: 1rem; align-items: center; justify-content: space-between; }
.now {
  min-width: 0;
  margin: 0;
  font-size: 1.4rem;
  font-weight: 600;
  overflow-wrap: anywhere;
}
.now.none { color: var(--soft); font-weight: 400; }
button {
  flex: none;
  min-height: 2.75rem;
  padding: 0 1.1rem;
  border: 1px solid transparent;
  border-radius: 99rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button[aria-pressed='true'] { border-color: var(--line); background: none; color: var(--ink); }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.level, .track { overflow: hidden; border-radius: 99rem; background: var(--track); }
.level { height: 0.5rem; margin: 1rem 0 0; }
.fill {
  height: 100%;
  border-radius: inherit;
  background: var(--accent);
  transform: scaleX(var(--share, 0));
  transform-origin: left;
}
.level .fill { border-radius: 0; }
.scores { display: grid; grid-template-columns: max-content 1fr max-content; gap: 0.45rem 0.75rem; align-items: center; margin: 1rem 0 0; padding: 0; list-style: none; }
.scores li { display: contents; }
.scores .first { font-weight: 600; }
.scores .value { min-width: 3ch; color: var(--soft); text-align: right; font-variant-numeric: tabular-nums; }
.track { height: 0.6rem; }
.track .fill {
  border-radius: 0;
  background: hsl(var(--hue) var(--saturation, var(--chroma)) var(--lightness));
  transition: transform 0.3s ease-out;
}
.note { margin: 0.9rem 0 0; color: var(--soft); font-size: 0.9rem; }
.note.error { color: var(--alarm); }
.note:empty { margin: 0; }
@media (prefers-reduced-motion: reduce) { .track .fill { transition: none; } }
@media (forced-colors: active) {
  .level, .track { border: 1px solid CanvasText; }
  .fill, .track .fill { background: Highlight; forced-color-adjust: none; }
}
`
