// Better Auth's own migration, as its command line does it: applies what is missing, and prints the
// SQL that it has applied, nothing when nothing is missing.
import { getMigrations } from "better-auth/db/migration";

import { options, pool } from "./auth.mjs";

const { toBeCreated, toBeAdded, compileMigrations, runMigrations } = await getMigrations(options);
if (toBeCreated.length + toBeAdded.length > 0) {
  console.log(await compileMigrations());
  await runMigrations();
}
await pool.end();
