package dev.embedctl.cache;

import java.nio.file.Path;

final class CaffeineCacheContractTest implements VectorCacheContract {
  @Override
  public VectorCache open(Path folder) {
    return new CaffeineCache(
        LogCache.open(folder, Samples.SPEC, Samples.AT_ONCE, Samples.SMALL), 1000);
  }
}
