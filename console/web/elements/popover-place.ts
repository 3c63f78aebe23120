const GAP_PX = 4
const EDGE_PX = 8

/** Puts an open popover below what it belongs to, or above where there is no room, inside the window. */
export function placeBeside (anchor: Element, popover: HTMLElement): void {
  const { left, right, top, bottom } = anchor.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = popover
  const isRightToLeft = getComputedStyle(popover).direction === 'rtl'
  const x = isRightToLeft ? right - width : left
  const y = bottom + GAP_PX + height <= innerHeight - EDGE_PX ? bottom + GAP_PX : top - GAP_PX - height
  popover.style.left = `${Math.max(EDGE_PX, Math.min(x, innerWidth - width - EDGE_PX))}px`
  popover.style.top = `${Math.max(EDGE_PX, y)}px`
}
