package dev.embedctl.cache;

import java.nio.file.Path;

final class InMemoryCacheContractTest implements VectorCacheContract {
  @Override
  public VectorCache open(Path folder) {
    return new InMemoryCache();
  }
}
