package dev.embedctl.cli;

/**
 * Where {@code java -jar embedctl.jar} begins: of an old class format, so that a Java that is too
 * old for all the other classes says so in a sentence.
 */
public final class JarMain {
  private static final int OLDEST = 21;

  private JarMain() {}

  /** Runs the program, or says which Java it needs. */
  public static void main(String[] args) throws ReflectiveOperationException {
    String version = System.getProperty("java.specification.version");
    if (version.startsWith("1.") || Integer.parseInt(version) < OLDEST) {
      System.err.println(
          "embedctl: this is Java "
              + version
              + ", and embedctl needs Java "
              + OLDEST
              + " or newer: run it with another, or let bin/embedctl find one");
      System.exit(2);
    }
    Class.forName("dev.embedctl.cli.Main")
        .getMethod("main", String[].class)
        .invoke(null, (Object) args);
  }
}
