/** Everything the page of an issue looks like. It names no other file: the page loads nothing but its pictures. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #FBF9F4; --sunken: #F2EEE5; --ink: #1C1A17; --soft: #4A463F; --muted: #645F55;
  --accent: #8C1D18; --link: #1F4B7A; --ok: #25623B; --rule: #DDD6C8; --selection: #F3E2B8;
  --serif: "Source Serif 4 Variable", "Source Serif 4", "Iowan Old Style", Palatino, "Palatino Linotype", Georgia, serif;
  --sans: "Source Sans 3 Variable", "Source Sans 3", system-ui, sans-serif;
  --mono: "JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161513; --sunken: #100F0E; --ink: #ECE6DA; --soft: #CFC8BA; --muted: #A79F90;
    --accent: #F0968C; --link: #9CC3EC; --ok: #86CFA0; --rule: #38342E; --selection: #4A3F1F;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; padding: 24px 24px 96px; font: 19px/31px var(--serif); overflow-wrap: break-word; }
header, main, footer { max-width: 42rem; margin: 0 auto; }
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
  margin: 48px 0 16px; font-size: 19px; line-height: 1.3; letter-spacing: 0; font-weight: 600; text-wrap: balance;
}
main h1, main h2 { font-size: 28px; line-height: 1.2; }
main h3 { margin-top: 32px; font-size: 22px; line-height: 28px; }
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
pre { margin: 0 0 24px; padding: 16px; overflow-x: auto; background: var(--sunken); border-radius: 6px; line-height: 24px; overflow-wrap: normal; }
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
.footnotes { color: var(--soft); font-size: 16px; line-height: 25px; }
.footnotes p { margin-bottom: 12px; }
.footnote-backref { text-decoration: none; padding: 0 4px; }
:target { background: var(--selection); }

footer { margin-top: 64px; padding-top: 16px; border-top: 4px double var(--rule); color: var(--muted); font: 13px/18px var(--sans); }
footer p { margin: 0 0 8px; overflow-wrap: anywhere; }
footer code { background: none; padding: 0; font-size: 12px; }
.verified { color: var(--ok); font-weight: 600; }

@media (max-width: 480px) { body { padding: 20px 20px 64px; } .masthead { margin-bottom: 32px; } }
@media print {
  :root {
    --paper: #FFF; --sunken: #FFF; --ink: #000; --soft: #000; --muted: #333; --accent: #000; --link: #000; --ok: #000; --rule: #999;
  }
  body { padding: 0; font-size: 11pt; line-height: 1.5; }
  main { margin-top: 24px; }
  h1, h2, h3, h4, h5, h6 { break-after: avoid; }
  figure, table, blockquote { break-inside: avoid; }
  pre { white-space: pre-wrap; border: 1px solid var(--rule); }
  .table { overflow: visible; }
  .footnote-backref { display: none; }
  main a[target]::after { content: " <" attr(href) ">"; font-size: 0.8em; overflow-wrap: anywhere; }
}
`
