/** What every page has around it: its style, its script, and the policy that forbids any other. */
import type { Translate } from '../../words/index.ts';
import { type Axis, drawDays } from './chart.ts';
import { type Html, html, raw } from './escape.ts';
import script from './script.js?raw';
import { STYLE } from './style.ts';

interface Frame {
  readonly title: string;
  /** What made it, and its version. */
  readonly program: string;
  /** Of its charts. */
  readonly axis: Axis;
  readonly body: Html;
}

export async function frame({ title, program, axis, body }: Frame, t: Translate): Promise<string> {
  const policy = [
    "default-src 'none'",
    `style-src '${await digestOf(STYLE)}'`,
    `script-src '${await digestOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = html`<!doctype html>
<html lang="${t('page.lang')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${program}">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<svg class="shared" width="0" height="0" aria-hidden="true"><defs>${drawDays(axis, t)}${HATCH}</defs></svg>
${body}
<script>${raw(script)}</script>
</body>
</html>
`;
  return page.markup;
}

/** Where the special rate lies below: to be seen without colours, too. */
const HATCH = html`<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="wash" d="M0 0H6V6H0Z"/><path class="stroke" d="M0 0V6"/></pattern>`;

/** As a policy names what it allows. */
async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `sha256-${Buffer.from(digest).toString('base64')}`;
}
