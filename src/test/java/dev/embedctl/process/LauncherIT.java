package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.process.Embedctl.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher's decisions before there is a JVM: heap, compilers, closed descriptors. */
final class LauncherIT {
  private static final long MEBIBYTE = 1 << 20;
  private static final String NOT_A_SIZE =
      "embedctl: EMBEDCTL_HEAP must be a size from 8m to 32t, such as 512m or 2g; options"
          + " for the JVM go into EMBEDCTL_OPTS\n";

  @TempDir private Path folder;

  /** A launcher whose Java runs a script instead, with the JVM's arguments. */
  private Embedctl withJava(String script) throws IOException {
    Path jdk = Files.createDirectories(folder.resolve("jdk"));
    Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25\"\n");
    Files.writeString(java, "#!/bin/sh\n" + script + "\n");
    assertTrue(java.toFile().setExecutable(true));
    return new Embedctl(folder).with("EMBEDCTL_JAVA_HOME", jdk.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"8m", "64m", "1G", "300000k", "268435456", "32t"})
  void aHeapThatIsSetBecomesOneOptionOfTheJvm(String heap) throws Exception {
    Ended ended =
        withJava("printf '%s\\n' \"$@\"").with("EMBEDCTL_HEAP", heap).run("batch", "in.jsonl");

    assertEquals(0, ended.code(), ended::err);
    assertEquals(
        List.of("-Xmx" + heap),
        ended.lines().stream().filter(line -> line.startsWith("-Xm")).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "64m -XX:+Foo",
        " 64m",
        "64m ",
        "64m\n-XX:+Foo",
        "*",
        "much",
        "0",
        "-1m",
        "08m",
        "0x10m",
        "m",
        "64mb",
        "6m4",
        "64.5m",
        "7m",
        "33t",
        "99999999999999999999"
      })
  void aHeapThatIsNotOneSizeIsAnErrorOfUsage(String heap) throws Exception {
    Ended ended = withJava("echo started").with("EMBEDCTL_HEAP", heap).run("batch", "in.jsonl");

    assertEquals(2, ended.code(), ended::out);
    assertEquals("", ended.out());
    assertEquals(NOT_A_SIZE, ended.err());
  }

  @Test
  void theJvmKnowsTheLimitOfThisMachine() throws Exception {
    Ended ended = withJava("printf '%s\\n' \"$@\"").run("batch", "in.jsonl");

    List<String> told =
        ended.lines().stream().filter(line -> line.startsWith("-Dembedctl.memory")).toList();
    Ended limit =
        new Embedctl(folder)
            .shell(
                "set -eu; . "
                    + Path.of(System.getProperty("embedctl.home"), "bin", "heap.sh")
                    + "; container_memory ''; printf %s \"$memory\"");
    assertEquals(
        limit.out().isEmpty() ? List.of() : List.of("-Dembedctl.memory=" + limit.out()), told);
  }

  @Test
  void anEmptyHeapIsNotSet() throws Exception {
    Ended ended = withJava("printf '%s\\n' \"$@\"").with("EMBEDCTL_HEAP", "").run("--version");

    assertEquals(0, ended.code(), ended::err);
    assertEquals(1, ended.lines().stream().filter(line -> line.startsWith("-Xmx")).count());
  }

  @ParameterizedTest
  @CsvSource({
    "batch small.jsonl, true",
    "batch small.jsonl -o large.jsonl, true",
    "batch small.jsonl --output large.jsonl -q, true",
    "batch -q small.jsonl, false", // it could be the value of an option
    "batch large.jsonl, false",
    "batch small.jsonl large.jsonl, false",
    "batch small.jsonl -q large.jsonl, false",
    "batch small.jsonl folder, false",
    "batch --config small.jsonl, false",
    "batch missing.jsonl, false",
    "batch -, false",
    "batch small.jsonl.gz, false",
    "batch, false",
    "search small.jsonl, false",
  })
  void onlyARunOverOneSmallFileUsesTheFirstCompilerAlone(String command, boolean alone)
      throws Exception {
    Files.writeString(folder.resolve("small.jsonl"), "x".repeat(524_287));
    Files.writeString(folder.resolve("small.jsonl.gz"), "x");
    Files.writeString(folder.resolve("large.jsonl"), "x".repeat(524_288));
    Files.createDirectory(folder.resolve("folder"));

    Ended ended = withJava("printf '%s\\n' \"$@\"").run(command.split(" ", -1));

    assertEquals(0, ended.code(), ended::err);
    assertEquals(alone, ended.lines().contains("-XX:TieredStopAtLevel=1"), ended::out);
    assertEquals(!alone, ended.lines().contains("-XX:Tier4InvocationThreshold=30000"), ended::out);
  }

  /** The files of control groups, as a container or a machine shows them. */
  private void groups(String ofThisProcess) throws IOException {
    write("proc/self/cgroup", ofThisProcess);
  }

  private void write(String file, String content) throws IOException {
    Path path = folder.resolve("root").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private static String mebibytes(int count) {
    return count * MEBIBYTE + "\n";
  }

  /** The heap that the launcher's own function chooses under the groups written. */
  private Ended chosen(Embedctl embedctl) throws InterruptedException {
    return embedctl.shell(
        "set -eu; . "
            + Path.of(System.getProperty("embedctl.home"), "bin", "heap.sh")
            + "; choose_heap root; printf '%s\\n' \"$heap\"; refuse_too_little");
  }

  private void assertHeap(String heap) throws InterruptedException {
    Ended ended = chosen(new Embedctl(folder));
    assertEquals("", ended.err());
    assertEquals(List.of(heap), ended.lines());
    assertEquals(0, ended.code());
  }

  @ParameterizedTest(name = "limit {0} MiB: heap {1}")
  @CsvSource({"8192, 256m", "352, 256m", "351, 255m", "192, 96m", "129, 33m", "128, 32m"})
  void theHeapLeavesRoomForTheRestOfTheJvmInAContainer(int limit, String heap) throws Exception {
    groups("0::/\n");
    write("sys/fs/cgroup/memory.max", mebibytes(limit));

    assertHeap(heap);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 64, 127})
  void aContainerThatIsTooSmallIsRefusedInOneLine(int limit) throws Exception {
    groups("0::/\n");
    write("sys/fs/cgroup/memory.max", mebibytes(limit));

    Ended ended = chosen(new Embedctl(folder));

    assertEquals(1, ended.code());
    assertEquals(
        "embedctl: the memory limit of this container is "
            + limit
            + " MiB, but a run needs at least 128 MiB; raise the limit\n",
        ended.err());
  }

  @Test
  void aHeapThatIsSetIsTakenInAContainerOfAnySize() throws Exception {
    groups("0::/\n");
    write("sys/fs/cgroup/memory.max", mebibytes(64));

    Ended ended = chosen(new Embedctl(folder).with("EMBEDCTL_HEAP", "24m"));

    assertEquals(0, ended.code(), ended::err);
    assertEquals(List.of("24m"), ended.lines());
  }

  @Test
  void theSmallestLimitOfTheGroupsAroundAProcessCounts() throws Exception {
    groups("0::/system.slice/embedctl.service\n");
    write("sys/fs/cgroup/system.slice/embedctl.service/memory.max", "max\n");
    write("sys/fs/cgroup/system.slice/memory.max", mebibytes(160));
    write("sys/fs/cgroup/memory.max", mebibytes(192));

    assertHeap("64m");
  }

  @Test
  void theFirstVersionOfControlGroupsIsRead() throws Exception {
    groups("5:cpu,cpuacct:/other\n4:hugetlb,memory:/docker/1234\n1:name=systemd:/docker/1234\n");
    write("sys/fs/cgroup/memory/docker/1234/memory.limit_in_bytes", mebibytes(192));
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");

    assertHeap("96m");
  }

  @Test
  void aGroupThatTheMountDoesNotShowIsTheMountItself() throws Exception {
    groups("4:memory:/docker/1234\n0::/docker/1234\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", mebibytes(192));

    assertHeap("96m");
  }

  @ParameterizedTest
  @ValueSource(strings = {"max\n", "18446744073709551615\n", "9223372036854771712\n", "", "-1\n"})
  void aLimitThatIsNoneLeavesTheHeapAsItIs(String limit) throws Exception {
    groups("0::/\n4:memory:/\n");
    write("sys/fs/cgroup/memory.max", limit);
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", limit);

    assertHeap("256m");
  }

  @Test
  void withoutControlGroupsTheHeapIsAsItIs() throws Exception {
    assertHeap("256m");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"})
  void aDescriptorThatIsClosedIsOpenedOnTheNullDevice(String closed) throws Exception {
    Embedctl embedctl =
        withJava(
            "in=$(readlink /proc/$$/fd/0) out=$(readlink /proc/$$/fd/1) err=$(readlink"
                + " /proc/$$/fd/2); printf '%s\\n' \"$in\" \"$out\" \"$err\" >descriptors");
    Ended ended = embedctl.shell("embedctl batch in.jsonl " + closed);

    assertEquals(0, ended.code(), ended::err);
    List<String> closings = List.of(closed.split(" "));
    assertEquals(
        List.of(
            "/dev/null", // which it is in these tests anyway
            closings.contains(">&-") ? "/dev/null" : folder.resolve("stdout").toString(),
            closings.contains("2>&-") ? "/dev/null" : folder.resolve("stderr").toString()),
        Files.readAllLines(folder.resolve("descriptors")));
  }

  @Test
  void aRunWithNoDescriptorsWritesItsFilesAndNothingElseIntoThem() throws Exception {
    Files.writeString(folder.resolve("in.txt"), "one\ntwo\n");
    Embedctl embedctl = new Embedctl(folder).brief();

    Ended ended =
        embedctl.shell("embedctl batch in.txt -v --cache cache -o out.jsonl <&- >&- 2>&-");

    assertEquals(0, ended.code());
    assertEquals("", ended.out() + ended.err());
    assertEquals(2, Files.readAllLines(folder.resolve("out.jsonl")).size());
    Output.forEachLine(
        folder.resolve("out.jsonl"),
        line -> assertEquals(384, line.whole().get("embedding").size()));
    Ended again = embedctl.run("batch", "in.txt", "--cache", "cache", "--cache-only");
    assertEquals(0, again.code(), again::err);
    assertEquals(2, again.lines().size());
  }

  @Test
  void aModelThatAContainerHasNoRoomForIsRefusedInOneLine() throws Exception {
    Files.writeString(folder.resolve("in.txt"), "one\n");

    for (String onError : List.of("fail", "collect")) {
      Ended ended =
          new Embedctl(folder)
              .with("EMBEDCTL_OPTS", "-Dembedctl.memory=207")
              .run("batch", "in.txt", "--no-cache", "-o", "out.jsonl", "--on-error", onError);

      assertEquals(1, ended.code(), ended::err);
      assertEquals("", ended.out());
      assertEquals(1, ended.err().lines().count(), ended::err);
      assertTrue(
          ended
              .err()
              .matches(
                  "embedctl: the memory limit of this container is 207 MiB, but the model \\S+"
                      + " needs 208 MiB; raise the limit, or use a remote provider.*\n"),
          ended::err);
    }
    Ended enough =
        new Embedctl(folder)
            .with("EMBEDCTL_OPTS", "-Dembedctl.memory=208")
            .run("batch", "in.txt", "--no-cache");
    assertEquals(0, enough.code(), enough::err);
  }
}
