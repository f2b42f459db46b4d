/** The Content-Security-Policy of the demo shop's pages. */

/**
 * Returns the shop's policy, which is strict, to show the requirements of the checkout: one script and one frame of its origin.
 */
export function shopPolicy(checkoutUrl) {
  return policy({
    'default-src': "'self'",
    'script-src': `'self' ${checkoutUrl}`,
    'frame-src': checkoutUrl,
    'style-src': "'self'",
    'img-src': "'self' data:",
    'connect-src': "'self'",
    'base-uri': "'none'",
  });
}

/** Returns the policy of the guide itself: its frames are previews, of the shop's own origin. */
export function guidePolicy() {
  return policy({
    'default-src': "'self'",
    'frame-src': "'self'",
    'img-src': "'self' data:",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  });
}

/**
 * Returns the policy of a preview: the code that the reader types runs there, inline scripts and styles too, but it reaches no
 * server other than the shop's own and the checkout's.
 */
export function previewPolicy(checkoutUrl) {
  return policy({
    'default-src': "'none'",
    'script-src': `'self' 'unsafe-inline' ${checkoutUrl}`,
    'frame-src': checkoutUrl,
    'style-src': "'self' 'unsafe-inline'",
    'img-src': "'self' data:",
    'connect-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'self'",
  });
}

function policy(directives) {
  return Object.entries(directives).map(([name, sources]) => `${name} ${sources}`).join('; ');
}
