/** Tests of the program as a user has it: {@code bin/embedctl} in a process of its own. */
package dev.embedctl.process;
