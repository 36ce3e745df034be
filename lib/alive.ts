/**
 * Classes whose objects live as long as a call have `static readonly alive`, one object that stays. V8 optimizes code for
 * the hidden classes it meets. It drops a hidden class when a full garbage collection finds no object of it, and with it
 * all code that was optimized for it: the next thousands of calls are up to ten times slower.
 */

/** What such an object is made of. Nobody looks at it. */
export const UNUSED = /* @__PURE__ */ Object.freeze({}) as never
