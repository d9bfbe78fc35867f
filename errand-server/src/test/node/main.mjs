// Drives the server at ERRAND_URL with the SDK, by the key in ERRAND_KEY. What else it needs is in the environment, too: see SdkConformanceTest.
import { configure } from "@trigger.dev/sdk";
import { runAll } from "./harness.mjs";
import "./trigger.mjs";
import "./runs.mjs";
import "./realtime.mjs";

configure({ baseURL: process.env.ERRAND_URL, accessToken: process.env.ERRAND_KEY });
await runAll();
process.exit(0); // streams that nobody reads any more are kept open for a while
