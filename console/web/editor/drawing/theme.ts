import { EditorView } from '@codemirror/view'

/** How deep a quotation and a list item stand. */
const QUOTE = '23px'
const LIST = '28px'
const depths = Object.fromEntries([
  ...[1, 2, 3].map(depth => [`.cm-q${depth}`, { '--quotes': String(depth) }]),
  ...[1, 2, 3, 4, 5, 6].map(depth => [`.cm-l${depth}`, { '--lists': String(depth) }])
])
const MARGIN = `calc(var(--quotes, 0) * ${QUOTE} + var(--lists, 0) * ${LIST})`

/**
 * The text as readers will see it: the sizes and colours are those of an issue's page. Nothing that the cursor brings to
 * light takes room in a line, as far as it stands at the line's start.
 */
export const theme = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'transparent', fontSize: 'var(--text-size, 19px)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--serif)', lineHeight: '31px', overflowX: 'visible' },
  '.cm-content': { padding: '0 0 40vh', caretColor: 'var(--ink)', minHeight: '50vh', minWidth: '0' },
  '.cm-line': { padding: '0', overflowWrap: 'anywhere' },
  '.cm-placeholder': { color: 'var(--muted)', fontStyle: 'italic' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '.cm-gap': { lineHeight: '24px' },

  '.cm-h1, .cm-h2': { fontSize: '28px', lineHeight: '34px', fontWeight: '600', paddingTop: '24px', letterSpacing: '-0.01em' },
  '.cm-h3': { fontSize: '22px', lineHeight: '28px', fontWeight: '600', paddingTop: '8px' },
  '.cm-h4, .cm-h5, .cm-h6': { fontWeight: '600', paddingTop: '8px' },

  ...depths,
  '.cm-quote, .cm-item': { paddingInlineStart: MARGIN },
  '.cm-quote': {
    color: 'var(--soft)', fontStyle: 'italic', backgroundImage: 'linear-gradient(var(--accent), var(--accent))',
    backgroundRepeat: 'no-repeat', backgroundSize: '3px 100%', backgroundPosition: 'left'
  },
  '.cm-quote[dir=rtl]': { backgroundPosition: 'right' },
  '.cm-bullet[dir=rtl] .cm-opening': { backgroundPosition: 'left 10px center' },
  '.cm-opening': {
    display: 'inline-block', boxSizing: 'border-box', width: MARGIN, marginInlineStart: `calc(-1 * ${MARGIN})`, whiteSpace: 'pre', textIndent: '0', textAlign: 'end',
    fontStyle: 'normal', color: 'transparent', overflow: 'hidden', verticalAlign: 'bottom'
  },
  '.cm-item .cm-opening': { color: 'var(--muted)', fontVariantNumeric: 'tabular-nums' },
  '.cm-bullet .cm-opening': {
    color: 'transparent', backgroundImage: 'radial-gradient(circle, var(--muted) 3px, transparent 3.5px)', backgroundRepeat: 'no-repeat',
    backgroundSize: '8px 8px', backgroundPosition: 'right 10px center'
  },
  '.cm-hanging .cm-opening': {
    width: '40px', marginInlineStart: '-40px', paddingInlineEnd: '8px', font: '600 13px/inherit var(--sans)', letterSpacing: '0'
  },
  '.cm-quote .cm-near, .cm-hanging .cm-near': { color: 'var(--muted)' },

  '.cm-strong': { fontWeight: '600' },
  '.cm-em': { fontStyle: 'italic' },
  '.cm-quote .cm-em': { fontStyle: 'normal' },
  '.cm-strike': { textDecoration: 'line-through' },
  '.cm-link': { color: 'var(--link)', textDecoration: 'underline', textDecorationThickness: '1px', textUnderlineOffset: '3px' },
  '.cm-inline-code': { fontFamily: 'var(--mono)', fontSize: '0.8em', backgroundColor: 'var(--sunken)', borderRadius: '4px', padding: '2px 4px' },
  '.cm-footnote': { font: '13px/1 var(--sans)', color: 'var(--link)', verticalAlign: 'super' },
  '.cm-mark': { color: 'var(--muted)', fontWeight: '400', fontStyle: 'normal', fontSize: '0.85em', textDecoration: 'none' },
  '.cm-task': { font: '15px/1 var(--mono)', color: 'var(--muted)' },
  '.cm-aside': { color: 'var(--muted)', fontSize: '15px' },
  '.cm-to-come': { backgroundColor: 'var(--selection)', boxShadow: '0 0 0 2px var(--selection)', borderRadius: '2px' },

  '.cm-code': { font: '15px/24px var(--mono)', backgroundColor: 'var(--sunken)', padding: '0 16px' },
  '.cm-code.cm-first': { borderRadius: '6px 6px 0 0', paddingTop: '8px', color: 'var(--muted)' },
  '.cm-code.cm-last': { borderRadius: '0 0 6px 6px', paddingBottom: '8px', color: 'var(--muted)' },
  '.cm-table': { font: '14px/24px var(--mono)', whiteSpace: 'pre', overflowX: 'auto' },
  '.cm-rule': { color: 'transparent', backgroundImage: 'linear-gradient(var(--control), var(--control))', backgroundRepeat: 'no-repeat', backgroundSize: '96px 1px', backgroundPosition: 'center' },
  '.cm-rule.cm-activeLine': { color: 'var(--muted)', backgroundImage: 'none' },

  '.cm-picture': { display: 'inline-block', width: '100%', verticalAlign: 'top', margin: '8px 0', font: '13px/18px var(--sans)', color: 'var(--muted)' },
  '.cm-picture img': { display: 'block', maxWidth: '100%', height: 'auto', margin: '0 auto', minHeight: '31px' },
  '.cm-picture.cm-near img, .cm-picture.cm-near .cm-missing': { outline: '2px solid var(--link)', outlineOffset: '2px' },
  '.cm-missing': { display: 'block', padding: '24px', textAlign: 'center', backgroundColor: 'var(--sunken)', border: '1px dashed var(--control)', borderRadius: '6px', overflowWrap: 'anywhere' },
  '.cm-caption': { display: 'block', marginTop: '8px' },
  '.cm-describe': {
    display: 'block', minHeight: '32px', marginTop: '4px', padding: '4px 0', border: '0', backgroundColor: 'transparent', color: 'var(--muted)',
    font: '13px/18px var(--sans)', textAlign: 'start', cursor: 'pointer', whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis', width: '100%', contain: 'inline-size'
  },
  '.cm-describe.cm-wanted': { color: 'var(--warn)', fontWeight: '600' },

  '.cm-searchMatch': { backgroundColor: 'var(--selection)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--selection)', outline: '2px solid var(--accent)' },
  '.cm-panels': { backgroundColor: 'var(--paper)', color: 'var(--ink)', zIndex: '2' },
  '.cm-panels-top': { borderBottom: '1px solid var(--rule)' },

  '.cm-tooltip': { border: '1px solid var(--rule)', borderRadius: '6px', backgroundColor: 'var(--surface)', color: 'var(--ink)', boxShadow: '0 12px 32px -16px var(--shade)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { font: '15px/22px var(--sans)', padding: '4px', maxHeight: 'min(450px, 50vh)', minWidth: '16rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '6px 12px', borderRadius: '4px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--sunken)', color: 'var(--ink)', boxShadow: 'inset 3px 0 var(--accent)' },
  '@media (forced-colors: active)': {
    '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { outline: '2px solid Highlight', outlineOffset: '-2px' }
  },
  '.cm-completionDetail': { marginInlineStart: '12px', color: 'var(--muted)', fontStyle: 'normal', fontSize: '13px' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' }
})
