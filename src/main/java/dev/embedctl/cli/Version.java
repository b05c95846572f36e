package dev.embedctl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build filled in. */
final class Version implements IVersionProvider {
  static String number() {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/dev/embedctl/version.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("the program is not whole", e);
    }
    return build.getProperty("version");
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "embedctl " + number(),
      "Java "
          + Runtime.version()
          + " on "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch")
    };
  }
}
