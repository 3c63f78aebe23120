/** Everything the page of an issue looks like. It names no other file, so that it holds wherever the page is shown. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#FBF9F4, #161513); --sunken: light-dark(#F2EEE5, #100F0E); --rule: light-dark(#DDD6C8, #38342E);
  --ink: light-dark(#1C1A17, #ECE6DA); --soft: light-dark(#4A463F, #CFC8BA); --muted: light-dark(#645F55, #A79F90);
  --accent: light-dark(#8C1D18, #F0968C); --link: light-dark(#1F4B7A, #9CC3EC); --ok: light-dark(#25623B, #86CFA0);
  --selection: light-dark(#F3E2B8, #4A3F1F);
  --serif: "Source Serif 4 Variable", "Source Serif 4", "Iowan Old Style", Palatino, "Palatino Linotype", Georgia, serif;
  --sans: "Source Sans 3 Variable", "Source Sans 3", system-ui, sans-serif;
  --mono: "JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace;
  --face: var(--serif); --scale: 1; --measure: 42rem;
}
/* How the reader wants it: set from outside, while the page is shown. */
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
:root[data-size="1"] { --scale: 0.84; }
:root[data-size="2"] { --scale: 0.92; }
:root[data-size="4"] { --scale: 1.14; }
:root[data-size="5"] { --scale: 1.32; }
:root[data-face="sans"] { --face: var(--sans); }
:root[data-width="narrow"] { --measure: 34rem; }
:root[data-width="wide"] { --measure: 54rem; }
@media screen {
  :root[data-part="text"] header > :not(.change), :root[data-part="text"] footer { display: none; }
  :root[data-part="text"] body { padding: 0 0 1px; }
  :root[data-part="text"] :is(header, main) { max-width: none; margin-top: 0; }
  :root[data-part="text"] .change { margin: 0 0 24px; }
}
::highlight(reader) { background-color: var(--selection); color: var(--ink); }
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; padding: 24px 24px 96px; font: calc(19px * var(--scale))/1.632 var(--face); overflow-wrap: break-word; }
header, main, footer { max-width: var(--measure); margin: 0 auto; }
::selection { background: var(--selection); color: var(--ink); }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }

.masthead { margin: 0 0 48px; padding-bottom: 12px; border-bottom: 4px double var(--rule); font-size: 22px; line-height: 28px; font-weight: 600; }
.kicker { margin: 0 0 12px; color: var(--accent); font: 600 13px/18px var(--sans); }
h1 { margin: 0; font-size: clamp(30px, 4vw, 44px); line-height: 1.1; font-weight: 600; letter-spacing: -0.01em; text-wrap: balance; }
.deck { margin: 12px 0 0; color: var(--soft); font-size: 21px; line-height: 30px; font-style: italic; text-wrap: pretty; }
.byline { margin: 24px 0 0; padding: 12px 0; border: solid var(--rule); border-width: 1px 0; color: var(--muted); font: 13px/18px var(--sans); }
.change {
  margin: 24px 0 0; padding-inline-start: 20px; border-inline-start: 3px solid var(--accent);
  color: var(--soft); font: 15px/22px var(--sans); white-space: pre-line;
}

main { margin-top: 32px; }
main p, main ul, main ol, main dl { margin: 0 0 24px; text-wrap: pretty; }
main h1, main h2, main h3, main h4, main h5, main h6 {
  margin: 48px 0 16px; font-size: 1em; line-height: 1.3; letter-spacing: 0; font-weight: 600; text-wrap: balance;
}
main h1, main h2 { font-size: 1.47em; line-height: 1.2; }
main h3 { margin-top: 32px; font-size: 1.16em; line-height: 1.27; }
main > :first-child { margin-top: 0; }
ul, ol { padding-inline-start: 28px; }
li > ul, li > ol { margin-bottom: 0; }
li.task { list-style: none; margin-inline-start: -28px; }
blockquote { margin: 0 0 24px; padding-inline-start: 20px; border-inline-start: 3px solid var(--accent); color: var(--soft); font-style: italic; }
blockquote > :last-child { margin-bottom: 0; }
blockquote em { font-style: normal; }
hr { width: 96px; margin: 48px auto; border: 0; border-top: 1px solid var(--rule); }
figure { margin: 32px 0; }
img { max-width: 100%; height: auto; vertical-align: middle; }
figure img { display: block; margin: 0 auto; }
figcaption { margin-top: 8px; color: var(--muted); font: 13px/18px var(--sans); }
code { font-family: var(--mono); font-size: 0.8em; background: var(--sunken); padding: 2px 4px; border-radius: 4px; }
pre { margin: 0 0 24px; padding: 16px; overflow-x: auto; background: var(--sunken); border-radius: 6px; line-height: 1.5; overflow-wrap: normal; }
pre code { padding: 0; background: none; }
.table { margin: 0 0 24px; overflow-x: auto; overflow-wrap: normal; }
table { border-collapse: collapse; min-width: 100%; font: 15px/22px var(--sans); font-variant-numeric: tabular-nums; }
th, td { padding: 8px 12px; border-bottom: 1px solid var(--rule); text-align: start; vertical-align: top; }
th:first-child, td:first-child { padding-inline-start: 0; }
th { border-bottom: 2px solid var(--rule); color: var(--soft); font-weight: 600; }
.left { text-align: left; } .center { text-align: center; } .right { text-align: right; }
.footnote-ref { font: 13px/1 var(--sans); }
.footnote-ref a { padding: 4px 1px; text-decoration: none; }
.footnotes-sep { margin: 48px 0 16px; }
.footnotes { color: var(--soft); font-size: 0.84em; line-height: 1.56; }
.footnotes p { margin-bottom: 12px; }
.footnote-backref { padding: 0 4px; }
:target, [data-target] { background: var(--selection); }
[tabindex="-1"]:focus { outline: none; }

footer { margin-top: 64px; padding-top: 16px; border-top: 4px double var(--rule); color: var(--muted); font: 13px/18px var(--sans); }
footer p { margin: 0 0 8px; overflow-wrap: anywhere; }
footer code { background: none; padding: 0; font-size: 12px; }
.verified { color: var(--ok); font-weight: 600; }

@media (max-width: 480px) { body { padding: 20px 20px 64px; } .masthead { margin-bottom: 32px; } }
@media print {
  :root:root {
    color-scheme: light; --paper: #FFF; --sunken: #FFF; --ink: #000; --soft: #000; --muted: #333; --accent: #000; --link: #000; --ok: #000; --rule: #999;
  }
  body { padding: 0; font-size: 11pt; line-height: 1.5; }
  header, main, footer { max-width: none; }
  main { margin-top: 24px; }
  h1, h2, h3, h4, h5, h6 { break-after: avoid; }
  figure, table, blockquote { break-inside: avoid; }
  pre { white-space: pre-wrap; border: 1px solid var(--rule); }
  .table { overflow: visible; }
  .footnote-backref { display: none; }
  main a[target][href^="http"]::after { content: " <" attr(href) ">"; font-size: 0.8em; overflow-wrap: anywhere; }
}
`
