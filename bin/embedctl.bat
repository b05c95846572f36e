@echo off
rem Runs embedctl on Windows, from an installation (this file beside lib\); bin/embedctl is the launcher of other systems.
rem
rem   EMBEDCTL_JAVA_HOME  the Java to use               (default: the one beside this file, then JAVA_HOME, then PATH)
rem   EMBEDCTL_HEAP       the maximum heap size         (default: 256m)
rem   EMBEDCTL_OPTS       additional options for the JVM
rem
rem Names of variables are case-insensitive: "home" would replace HOME, which programs started from here read.
rem A path may contain ")" or "&": it stands between double quotes and outside blocks in parentheses.
setlocal EnableExtensions DisableDelayedExpansion
for %%h in ("%~dp0..") do set "install_dir=%%~fh"

set "java_dir="
set "java_major="
if not defined EMBEDCTL_JAVA_HOME goto search_java
set "java_dir=%EMBEDCTL_JAVA_HOME:"=%"
call :examine_java
if defined java_major goto java_found
echo embedctl: EMBEDCTL_JAVA_HOME="%java_dir%" has no bin\java.exe of Java 21 or newer 1>&2
exit /b 2

:search_java
set "java_dir=%install_dir%\runtime"
call :examine_java
if defined java_major goto java_found
if not defined JAVA_HOME goto search_path
set "java_dir=%JAVA_HOME:"=%"
call :examine_java
if defined java_major goto java_found

:search_path
set "java_on_path="
for %%j in (java.exe java.cmd java.bat) do if not defined java_on_path set "java_on_path=%%~$PATH:j"
if not defined java_on_path goto java_missing
for %%j in ("%java_on_path%") do set "java_dir=%%~dpj.."
for %%h in ("%java_dir%") do set "java_dir=%%~fh"
if exist "%java_dir%\bin\java.exe" if exist "%java_dir%\release" goto examine_path
rem The program on PATH only starts another one, which knows where it is.
set "java_dir="
for /f "tokens=1* delims== " %%k in ('call "%java_on_path%" -XshowSettings:properties -version 2^>^&1') do if "%%k"=="java.home" set "java_dir=%%l"
if not defined java_dir goto java_missing
:examine_path
call :examine_java
if defined java_major goto java_found

:java_missing
echo embedctl: needs Java 21 or newer; none in JAVA_HOME or on PATH; install one or set EMBEDCTL_JAVA_HOME 1>&2
exit /b 2

:java_found
set "unsafe_option="
if %java_major% geq 24 set "unsafe_option=--sun-misc-unsafe-memory-access=allow"

set "heap_size=256m"
if not defined EMBEDCTL_HEAP goto heap_chosen
rem Must be a single size, so that it cannot contain other options.
set EMBEDCTL_HEAP|findstr /i /r /x /c:"EMBEDCTL_HEAP=[1-9][0-9]*" /c:"EMBEDCTL_HEAP=[1-9][0-9]*[kKmMgGtT]" >nul || goto heap_wrong
set "heap_size=%EMBEDCTL_HEAP%"
goto heap_chosen
:heap_wrong
echo embedctl: EMBEDCTL_HEAP must be a size such as 512m or 2g; options for the JVM go into EMBEDCTL_OPTS 1>&2
exit /b 2
:heap_chosen

rem Which streams are a terminal: timeout.exe refuses any other input, and PowerShell knows the rest. PowerShell must not
rem read the input, and takes a third of a second, which is too long for --help.
set "terminals="
set "command=%~1"
if not defined command goto run
if "%command:~0,1%"=="-" goto run
"%SystemRoot%\System32\timeout.exe" /t 0 /nobreak >nul 2>nul
if not errorlevel 1 set "terminals=in"
"%SystemRoot%\System32\WindowsPowerShell\v1.0\powershell.exe" -NoLogo -NoProfile -NonInteractive -Command "exit 40 + [int](-not [Console]::IsOutputRedirected) + 2 * [int](-not [Console]::IsErrorRedirected)" <nul
if "%errorlevel%"=="41" set "terminals=%terminals%,out"
if "%errorlevel%"=="42" set "terminals=%terminals%,err"
if "%errorlevel%"=="43" set "terminals=%terminals%,out,err"

:run
"%java_dir%\bin\java.exe" -Xlog:disable -XX:+DisplayVMOutputToStderr -XX:+UseSerialGC -XX:-UsePerfData "-Xmx%heap_size%" ^
  --enable-native-access=ALL-UNNAMED -Djdk.reflect.useNativeAccessorOnly=true %unsafe_option% ^
  -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 ^
  "-Dembedctl.home=%install_dir%" "-Dembedctl.terminals=%terminals%" %EMBEDCTL_OPTS% -cp "%install_dir%\lib\embedctl.jar" dev.embedctl.cli.Main %*
exit /b %errorlevel%

rem Sets java_major if java_dir contains Java 21 or newer. Its release file is read, since starting a JVM is slow.
:examine_java
set "java_major="
set "java_version="
if not exist "%java_dir%\bin\java.exe" exit /b 0
if exist "%java_dir%\release" for /f "usebackq tokens=1,2 delims==" %%k in ("%java_dir%\release") do if "%%k"=="JAVA_VERSION" set "java_version=%%~l"
if defined java_version goto compare_java
for /f "tokens=1* delims== " %%k in ('call "%java_dir%\bin\java.exe" -XshowSettings:properties -version 2^>^&1') do if "%%k"=="java.version" set "java_version=%%l"
if not defined java_version exit /b 0
:compare_java
for /f "delims=.-+ " %%v in ("%java_version%") do set "java_major=%%v"
if %java_major% lss 21 set "java_major="
exit /b 0
