@echo off
rem Runs embedctl on Windows, from an installation (this file beside lib\); bin/embedctl is the launcher of other systems.
rem
rem   EMBEDCTL_JAVA_HOME  the Java to use               (default: the one beside this file, then JAVA_HOME, then PATH)
rem   EMBEDCTL_HEAP       the maximum heap size         (default: 256m)
rem   EMBEDCTL_OPTS       additional options for the JVM
setlocal
for %%h in ("%~dp0..") do set "home=%%~fh"

set "java_home="
for /f "delims=" %%j in ('where java 2^>nul') do if not defined java_home for %%h in ("%%~dpj..") do set "java_home=%%~fh"
if defined JAVA_HOME set "java_home=%JAVA_HOME%"
if exist "%home%\runtime\bin\java.exe" set "java_home=%home%\runtime"
if defined EMBEDCTL_JAVA_HOME set "java_home=%EMBEDCTL_JAVA_HOME%"
if not exist "%java_home%\bin\java.exe" (
  echo embedctl: needs Java 21 or newer; none found in JAVA_HOME or on PATH; install one or set EMBEDCTL_JAVA_HOME 1>&2
  exit /b 2
)

set "major=21"
for /f "tokens=2 delims==." %%v in ('findstr /b JAVA_VERSION^= "%java_home%\release" 2^>nul') do set "major=%%~v"
set "major=%major:"=%"
if %major% lss 21 (
  echo embedctl: needs Java 21 or newer; %java_home% is %major%; install one or set EMBEDCTL_JAVA_HOME 1>&2
  exit /b 2
)
set "unsafe="
if %major% geq 24 set "unsafe=--sun-misc-unsafe-memory-access=allow"
if not defined EMBEDCTL_HEAP set "EMBEDCTL_HEAP=256m"
rem Must be a single size, so that it cannot contain other options.
set EMBEDCTL_HEAP | findstr /i /r /x /c:"EMBEDCTL_HEAP=[1-9][0-9]*" /c:"EMBEDCTL_HEAP=[1-9][0-9]*[kKmMgGtT]" >nul || (
  echo embedctl: EMBEDCTL_HEAP must be a size such as 512m or 2g; options for the JVM go into EMBEDCTL_OPTS 1>&2
  exit /b 2
)

"%java_home%\bin\java.exe" -Xlog:disable -XX:+DisplayVMOutputToStderr -XX:+UseSerialGC -XX:-UsePerfData "-Xmx%EMBEDCTL_HEAP%" ^
  --enable-native-access=ALL-UNNAMED -Djdk.reflect.useNativeAccessorOnly=true %unsafe% ^
  -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 ^
  "-Dembedctl.home=%home%" "-Dembedctl.terminals=" %EMBEDCTL_OPTS% -cp "%home%\lib\embedctl.jar" dev.embedctl.cli.Main %*
exit /b %errorlevel%
