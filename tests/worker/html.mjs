// Reads the parts of the Worker's pages that the tests check: the content without JavaScript, and the plain form.

/** Returns `{main, words, data, refresh, form}` of a page: its content as HTML and as text, and its data for the widget. */
export function readPage({ text }) {
  const main = visible(/<main id="checkout">(.*?)<\/main>/s.exec(text)?.[1] ?? '');
  const data = /<script type="application\/json" id="page">(.*?)<\/script>/s.exec(text)?.[1];
  return {
    main,
    words: bareText(main),
    data: data === undefined ? undefined : JSON.parse(data),
    refresh: /<noscript><meta http-equiv="refresh" content="(\d+)"><\/noscript>/.exec(text)?.[1],
    form: readForm(main),
  };
}

/** Returns the content without the elements that are hidden: the widget may show them later. */
const visible = (main) => main.replace(/<(form|div|p|a|button|ul|h2)\b[^>]* hidden(?:>| [^>]*>).*?<\/\1>/gs, '');

/** Returns the fields of the form with their initial values, as a browser would send them. */
function readForm(main) {
  const form = /<form id="pay" method="post"[^>]*>(.*?)<\/form>/s.exec(main)?.[1];
  if (form === undefined) return undefined;
  const inputs = [...form.matchAll(/<input ([^>]*)>/g)].map(([, text]) => {
    const attributes = Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, unescape(value)]));
    return { ...attributes, checked: / checked\b/.test(text) };
  });
  const sent = inputs.filter(({ type, checked }) => type !== 'radio' || checked);
  const wrong = inputs.filter((input) => input['aria-invalid'] === 'true').map(({ name }) => name);
  return { values: Object.fromEntries(sent.map(({ name, value = '' }) => [name, value])), inputs, wrong };
}

const bareText = (html) => unescape(html.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();

function unescape(text) {
  const names = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
  return text.replace(/&(?:lt|gt|quot|#39|amp);/g, (name) => names[name]);
}
