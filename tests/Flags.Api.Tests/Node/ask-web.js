// After the block of the documentation: a line on stdin is a question or another context; changes are told as they come.
import { createInterface } from 'node:readline';

flags.addHandler('PROVIDER_CONFIGURATION_CHANGED', (event) => console.log(JSON.stringify({ changed: event.flagsChanged })));
console.log(JSON.stringify({ first: checkout }));
for await (const line of createInterface({ input: process.stdin })) {
  const { flag, fallback, context } = JSON.parse(line);
  if (context) await OpenFeature.setContext(context);
  console.log(JSON.stringify(flag ? flags.getBooleanDetails(flag, fallback) : { context: 'set' }));
}
process.exit(0);
