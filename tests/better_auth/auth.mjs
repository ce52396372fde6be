// Better Auth as Phase II configures it: e-mail and password, tokens for the backend, accounts that
// their owner may delete. The database is named by PGHOST, PGPORT, PGUSER and PGDATABASE.
import { jwt } from "better-auth/plugins";
import pg from "pg";

export const pool = new pg.Pool();

export const options = {
  secret: "only for tests, on a server that nobody else can reach",
  database: pool,
  emailAndPassword: { enabled: true },
  user: { deleteUser: { enabled: true } },
  plugins: [jwt()],
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
};
