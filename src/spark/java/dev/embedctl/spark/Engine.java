package dev.embedctl.spark;

import dev.embedctl.provider.ProviderSettings;
import dev.embedctl.provider.Providers;
import dev.embedctl.service.UserFolders;
import java.nio.file.Path;

/** Opens parts of embedctl with the environment of this JVM: of the driver, or of an executor. */
final class Engine {
  private Engine() {}

  /** The providers of settings; their keys are in the environment. */
  static Providers providers(ProviderSettings settings) {
    return new Providers(
            settings, UserFolders.surroundings(System.getenv(), Path.of("")), sentence -> {})
        .withoutQuestions(); // the driver's keys count in each task
  }
}
