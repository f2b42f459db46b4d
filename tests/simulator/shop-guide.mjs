/** The programmer's guide, part of the demo shop: its page, and the initial page of its previews. */
import { guidePolicy, previewPolicy, shopPolicy } from './shop-policies.mjs';

/** The placeholders of a fresh order's members in the examples' text; the browser fills them in. */
const LEFT_FOR_THE_BROWSER = ['session', 'client_secret', 'order'];

/** Answers requests below `/guide`; returns false for all others. */
export async function serveGuide(pages, checkoutUrl, pathname, response) {
  switch (pathname) {
    case '/guide':
      response.writeHead(308, { location: '/guide/' }).end();
      return true;
    case '/guide/':
      await pages.page(response, 'guide/index.html', guideFields(checkoutUrl), guidePolicy());
      return true;
    case '/guide/preview':
      await pages.page(response, 'guide/preview.html', {}, previewPolicy(checkoutUrl));
      return true;
    default:
      return false;
  }
}

function guideFields(checkoutUrl) {
  const left = LEFT_FOR_THE_BROWSER.map((name) => [name, `{{${name}}}`]);
  return { ...Object.fromEntries(left), checkout_url: checkoutUrl, policy: shopPolicy(checkoutUrl) };
}
