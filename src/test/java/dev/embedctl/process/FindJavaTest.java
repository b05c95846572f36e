package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which Java the launcher takes, from folders and a PATH of stubs. */
final class FindJavaTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("embedctl.basedir"), "bin", "find-java.sh");

  @TempDir private Path folder;
  private Path root;
  private Path path;
  private Path starts;

  @BeforeEach
  void makeFolders() throws IOException {
    root = Files.createDirectories(folder.resolve("root"));
    path = Files.createDirectories(folder.resolve("path"));
    starts = Files.createFile(folder.resolve("starts"));
    for (String tool : List.of("sed", "readlink")) {
      Path usual = Path.of("/usr/bin", tool);
      Files.createSymbolicLink(
          path.resolve(tool), Files.exists(usual) ? usual : Path.of("/bin", tool));
    }
  }

  /** A Java that notes each start and describes a home and a version. */
  private void program(Path file, Path home, String version) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        #!/bin/sh
        echo "$0" >>'%s'
        printf 'Property settings:\\n    java.home = %s\\n    java.version = %s\\n' >&2
        """
            .formatted(starts, home, version));
    assertTrue(file.toFile().setExecutable(true));
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = root.resolve(name);
    program(home.resolve("bin/java"), home, version);
    return home;
  }

  private Path jdkWithRelease(String name, String version) throws IOException {
    Path home = jdk(name, version);
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private String found(String... variables) throws IOException, InterruptedException {
    ProcessBuilder shell =
        new ProcessBuilder(
            "/bin/sh",
            "-c",
            "set -eu; home=$1; . \"$2\"; find_java java \"$3\"; echo \"$java_home $java_version\"",
            "sh",
            folder.resolve("home").toString(),
            SCRIPT.toString(),
            root.toString());
    shell.environment().clear();
    shell.environment().put("PATH", path.toString());
    shell.environment().put("HOME", folder.resolve("user").toString());
    for (String variable : variables) {
      shell
          .environment()
          .put(
              variable.substring(0, variable.indexOf('=')),
              variable.substring(variable.indexOf('=') + 1));
    }
    Process process = shell.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return out.strip();
  }

  private List<String> started() throws IOException {
    return Files.readAllLines(starts);
  }

  @Test
  void theNewestIsFoundByReleaseFilesWithoutAStart() throws Exception {
    jdkWithRelease("usr/lib/jvm/a", "21.0.3");
    Path newest = jdkWithRelease("opt/jdk-25", "25.0.1");
    jdkWithRelease("usr/lib/jvm/old", "1.8.0_402");
    jdk("usr/lib/jvm/default", "21");

    assertEquals(newest + " 25.0.1", found());
    assertEquals(List.of(), started());
  }

  @Test
  void ofFoldersWithoutAReleaseFileAtMostOneIsStarted() throws Exception {
    Path first = jdk("usr/lib/jvm/a", "22.0.1");
    jdk("usr/lib/jvm/b", "23");
    jdk("opt/jdk", "24");

    assertEquals(first + " 22.0.1", found());
    assertEquals(List.of(first.resolve("bin/java").toString()), started());
  }

  @Test
  void theFoldersOfMacOsAndHomebrewAreKnown() throws Exception {
    Path mac = jdkWithRelease("Library/Java/JavaVirtualMachines/a b.jdk/Contents/Home", "21.0.3");
    assertEquals(mac + " 21.0.3", found());

    Path brewed =
        jdkWithRelease("opt/homebrew/opt/openjdk/libexec/openjdk.jdk/Contents/Home", "25.0.1");
    jdk("opt/homebrew/opt/openjdk", "25.0.1");
    assertEquals(brewed + " 25.0.1", found());
    assertEquals(List.of(), started());
  }

  @Test
  void aProgramOnThePathThatStartsAnotherJavaIsAskedWhereItIs() throws Exception {
    Path behind = jdk("somewhere/jdk", "25-ea");
    program(path.resolve("java"), behind, "25-ea");

    assertEquals(behind + " 25-ea", found());
    assertEquals(List.of(path.resolve("java").toString()), started());
  }

  @Test
  void theVariableOfTheUserIsTakenWithoutAReleaseFile() throws Exception {
    Path own = jdk("own", "21.0.9");
    jdkWithRelease("usr/lib/jvm/newer", "25");

    assertEquals(own + " 21.0.9", found("EMBEDCTL_JAVA_HOME=" + own));
  }

  @Test
  void aJavaThatIsTooOldIsNotTaken() throws Exception {
    Path old = jdk("own", "17.0.9");

    assertTrue(found("EMBEDCTL_JAVA_HOME=" + old).endsWith("has no bin/java of Java 21 or newer"));
    assertTrue(found().startsWith("embedctl: needs Java 21 or newer; none in JAVA_HOME"), found());
  }
}
