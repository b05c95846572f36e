package dev.embedctl.service;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * System properties that libraries below read once a process. No room of the library sets them: a
 * program does, before it embeds anything, as the command line does.
 */
public final class JvmProperties {
  private JvmProperties() {}

  /**
   * The properties, by name.
   *
   * @param installation the folder of an installation, whose {@code native} folder holds ONNX
   *     Runtime's libraries; where it has none, the runtime unpacks its own for each process
   */
  public static Map<String, String> recommended(Path installation) {
    Map<String, String> properties = new LinkedHashMap<>();
    // Without it the JDK sends no password to a proxy that tunnels.
    properties.put("jdk.http.auth.tunneling.disabledSchemes", "");
    // Without them the tokenizers' library asks its makers' cloud where it runs, and reports its
    // use.
    properties.put("OPT_OUT_TRACKING", "true");
    properties.put("ai.djl.offline", "true");
    // Without it a Parquet file with wide rows is read many pages ahead, into the heap.
    properties.put("hardwood.internal.maxOutstanding", "1");
    Path natives = installation.resolve("native").resolve(platform());
    if (Files.isDirectory(natives)) {
      properties.put("onnxruntime.native.path", natives.toString());
    }
    return properties;
  }

  private static String platform() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch", "");
    return (system.startsWith("mac") ? "osx" : system.startsWith("windows") ? "win" : system)
        + "-"
        + (processor.equals("amd64") || processor.equals("x86_64") ? "x64" : processor);
  }
}
