package dev.embedctl.cache;

import java.nio.file.Path;

final class FreshOnlyContractTest implements VectorCacheContract {
  @Override
  public VectorCache open(Path folder) {
    return FreshOnly.of(LogCache.open(folder, Samples.SPEC, Samples.AT_ONCE, Samples.SMALL));
  }
}
