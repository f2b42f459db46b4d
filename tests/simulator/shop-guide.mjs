/** The programmer's guide, which comes with the demo shop: its page, and the page that its previews begin as. */
import { guidePolicy, previewPolicy, shopPolicy } from './shop-policies.mjs';

/** What the examples' text calls a fresh order's members; the browser puts them in. */
const LEFT_FOR_THE_BROWSER = ['session', 'client_secret', 'order'];

/** Answers requests below `/guide`; false for those that are not its own. */
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
