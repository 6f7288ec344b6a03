// After the block of the documentation: each line on stdin is a question, each line on stdout its answer.
import { createInterface } from 'node:readline';

for await (const line of createInterface({ input: process.stdin })) {
  const { flag, fallback, context } = JSON.parse(line);
  console.log(JSON.stringify(await flags.getBooleanDetails(flag, fallback, context)));
}
process.exit(0);
