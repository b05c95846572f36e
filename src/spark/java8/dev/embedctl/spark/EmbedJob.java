package dev.embedctl.spark;

/**
 * Where {@code spark-submit --class dev.embedctl.spark.EmbedJob} begins: of an old class format, so
 * that a Java that is too old for all the other classes says so in a sentence.
 */
public final class EmbedJob {
  private static final int OLDEST = 21;

  private EmbedJob() {}

  /** Runs the job, or says which Java it needs. */
  public static void main(String[] args) throws ReflectiveOperationException {
    String version = System.getProperty("java.specification.version");
    if (version.startsWith("1.") || Integer.parseInt(version) < OLDEST) {
      System.err.println(
          "embedctl: this is Java "
              + version
              + ", and the job needs Java "
              + OLDEST
              + " or newer, on the driver and on the executors: set JAVA_HOME for spark-submit and"
              + " spark.executorEnv.JAVA_HOME for the executors");
      System.exit(2);
    }
    Class.forName("dev.embedctl.spark.JobMain")
        .getMethod("main", String[].class)
        .invoke(null, (Object) args);
  }
}
