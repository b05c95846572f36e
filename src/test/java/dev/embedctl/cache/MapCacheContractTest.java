package dev.embedctl.cache;

import dev.embedctl.testing.MapCache;
import java.nio.file.Path;

final class MapCacheContractTest implements VectorCacheContract {
  @Override
  public VectorCache open(Path folder) {
    return new MapCache();
  }
}
