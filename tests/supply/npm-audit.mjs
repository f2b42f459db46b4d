/**
 * Returns the advisories in the report of `npm audit --json`, sorted by their ids: `{id, package, severity, title, range}`. Throws when
 * it is not such a report.
 */
export function advisoriesIn(report) {
  if (report.auditReportVersion !== 2) throw new Error(`This is not an audit report: ${JSON.stringify(report).slice(0, 200)}`);
  // A package that only depends on a vulnerable one has its name in `via` instead of an advisory.
  const found = Object.values(report.vulnerabilities).flatMap(({ via }) => via.filter((cause) => typeof cause === 'object'));
  const byId = new Map(found.map(({ url, name, severity, title, range }) => [url.split('/').at(-1), { package: name, severity, title, range }]));
  return [...byId].map(([id, facts]) => ({ id, ...facts })).sort((a, b) => (a.id < b.id ? -1 : 1));
}
