/** What the asynchronous batch APIs of providers have in common: jobs of many requests. */
package dev.embedctl.provider.jobs;
