package dev.embedctl.jobs;

import dev.embedctl.cache.LogCache;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;

/** What a lane needs of the disk beyond reads and writes; tests watch it. */
interface LaneDisk {
  /** The disk of this machine. */
  LaneDisk SYSTEM =
      new LaneDisk() {
        @Override
        public void force(Path file, FileDescriptor open) throws IOException {
          open.sync();
        }

        @Override
        public void forceFolder(Path folder) throws IOException {
          CacheFiles.forceFolder(folder);
        }

        @Override
        public VectorCache marks(Path folder, int numbers) {
          EmbeddingSpec spec =
              new EmbeddingSpec(
                  folder.getFileName().toString(),
                  "",
                  "",
                  OptionalInt.of(numbers),
                  Optional.empty(),
                  Oversize.ERROR,
                  "");
          LockTerms atOnce = new LockTerms("embedctl batch", Duration.ZERO, holder -> {});
          return LogCache.open(folder, spec, atOnce, InstantSource.system());
        }
      };

  /** Makes what was written to an open file survive a power cut. */
  void force(Path file, FileDescriptor open) throws IOException;

  /** Makes the names in a folder survive a power cut. */
  void forceFolder(Path folder) throws IOException;

  /**
   * Marks of texts in a folder, which is created if it does not exist. They are kept as a cache
   * keeps vectors: any number of them needs little memory.
   *
   * @param numbers the length of each mark
   */
  VectorCache marks(Path folder, int numbers);
}
