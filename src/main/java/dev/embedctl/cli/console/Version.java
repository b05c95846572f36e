package dev.embedctl.cli.console;

import java.util.List;
import picocli.CommandLine.IVersionProvider;

/** The version, in the lines of {@code --version}. */
public final class Version implements IVersionProvider {
  public static String number() {
    return Build.VERSION;
  }

  public static List<String> lines() {
    return List.of(
        "embedctl " + number(),
        "Java "
            + System.getProperty("java.runtime.version")
            + " on "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch"));
  }

  @Override
  public String[] getVersion() {
    return lines().toArray(String[]::new);
  }
}
