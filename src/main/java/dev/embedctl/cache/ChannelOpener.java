package dev.embedctl.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;

/** Opens the log's files; tests put a disk that fails in its place. */
@FunctionalInterface
interface ChannelOpener {
  FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException;
}
