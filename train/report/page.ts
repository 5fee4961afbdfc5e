import { createHash } from 'node:crypto'
import { Html, html } from './html.ts'
import { style } from './style.ts'

const digest = createHash('sha256').update(style).digest('base64')
/** Nothing is loaded, and nothing runs. */
const policy = `default-src 'none'; style-src 'sha256-${digest}'; img-src data:; base-uri 'none'; form-action 'none'`

/** A whole page that needs no other file. */
export const page = (title: string, body: Html): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.text
