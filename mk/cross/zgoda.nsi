; The installer for one person of a Windows machine: no administrator is asked for. It never touches leads: they lie in
; another folder, which upgrading and removing leave as it is, and say where.
;
; Not Tauri's own, whose uninstaller offers to delete the folder that the leads are in, synced or not.

!ifdef TARGET
  Target ${TARGET}
!endif
Unicode true
!ifdef QUICK
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
!endif
!include MUI2.nsh

!define DATA "$LOCALAPPDATA\org.zgoda.booth"
!define REMOVE "Software\Microsoft\Windows\CurrentVersion\Uninstall\Zgoda"
!define CLASSES "Software\Classes"
!define CRASHES "Software\Microsoft\Windows\Windows Error Reporting\ExcludedApplications"
; Microsoft's name for the runtime that draws the window.
!define WEBVIEW "Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"

Name "Zgoda"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\Zgoda"
InstallDirRegKey HKCU "${REMOVE}" InstallLocation
BrandingText "Zgoda ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "Zgoda"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "Zgoda"
VIAddVersionKey LegalCopyright "See NOTICE.txt"

!define MUI_ICON "icons/icon.ico"
!define MUI_UNICON "icons/icon.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\zgoda-app.exe"
!define MUI_UNCONFIRMPAGE_TEXT_TOP "$(STAYS)"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Polish"
!insertmacro MUI_LANGUAGE "German"

LangString STAYS ${LANG_ENGLISH} "Leads stay sealed in ${DATA} (or in the folder that ZGODA_HOME names). Installed again, Zgoda opens them as before. Close the events and sync before deleting that folder."
LangString STAYS ${LANG_POLISH} "Kontakty pozostają zaszyfrowane w ${DATA} (albo w folderze wskazanym przez ZGODA_HOME). Po ponownej instalacji Zgoda otworzy je jak wcześniej. Zanim usuniesz ten folder, zamknij wydarzenia i zsynchronizuj dane."
LangString STAYS ${LANG_GERMAN} "Kontakte bleiben versiegelt in ${DATA} (oder in dem Ordner, den ZGODA_HOME nennt). Erneut installiert, öffnet Zgoda sie wie zuvor. Vor dem Löschen dieses Ordners bitte die Veranstaltungen abschließen und abgleichen."

; In the words of the app itself, where it is started without it.
!define /file NO_WEBVIEW_EN "src-tauri/src/webview2/en.txt"
!define /file NO_WEBVIEW_PL "src-tauri/src/webview2/pl.txt"
!define /file NO_WEBVIEW_DE "src-tauri/src/webview2/de.txt"
LangString NO_WEBVIEW ${LANG_ENGLISH} "${NO_WEBVIEW_EN}"
LangString NO_WEBVIEW ${LANG_POLISH} "${NO_WEBVIEW_PL}"
LangString NO_WEBVIEW ${LANG_GERMAN} "${NO_WEBVIEW_DE}"

LangString RUNS ${LANG_ENGLISH} "Zgoda is running. Close it, and then try again: nothing has been changed."
LangString RUNS ${LANG_POLISH} "Zgoda jest uruchomiona. Zamknij ją i spróbuj ponownie: niczego nie zmieniono."
LangString RUNS ${LANG_GERMAN} "Zgoda läuft gerade. Bitte beenden und dann erneut versuchen: Es wurde nichts geändert."

LangString STORE ${LANG_ENGLISH} "Zgoda leads, sealed for another device"
LangString STORE ${LANG_POLISH} "Kontakty programu Zgoda, zaszyfrowane dla innego urządzenia"
LangString STORE ${LANG_GERMAN} "Zgoda-Kontakte, für ein anderes Gerät versiegelt"

; Windows lets nobody write to a program that runs: before anything is changed, both can be written to, or this ends.
!macro STOP_WHERE_ONE_RUNS file
  IfFileExists "$INSTDIR\${file}" 0 +8
  ClearErrors
  FileOpen $0 "$INSTDIR\${file}" a
  IfErrors 0 +4
  MessageBox MB_OK|MB_ICONSTOP "$(RUNS)" /SD IDOK
  SetErrorLevel 2
  Quit
  FileClose $0
!macroend

; By name: whatever else lies in the folder is not ours.
!macro DELETE_MODELS
  Delete "$INSTDIR\models\det_small.onnx"
  Delete "$INSTDIR\models\det_tiny.onnx"
  Delete "$INSTDIR\models\rec_small.onnx"
  Delete "$INSTDIR\models\rec_small.txt"
  Delete "$INSTDIR\models\rec_tiny.onnx"
  Delete "$INSTDIR\models\rec_tiny.txt"
  RMDir "$INSTDIR\models"
!macroend

Section
  !insertmacro STOP_WHERE_ONE_RUNS "zgoda-app.exe"
  !insertmacro STOP_WHERE_ONE_RUNS "zgoda.exe"
  SetOutPath "$INSTDIR"
  !insertmacro DELETE_MODELS
  File /r "${STAGE}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\Zgoda.lnk" "$INSTDIR\zgoda-app.exe"

  ; The last ending alone makes a type in Windows: a profile (.zgoda.toml) stays what .toml is.
  WriteRegStr HKCU "${CLASSES}\.zgoda" "" "Zgoda.Store"
  WriteRegStr HKCU "${CLASSES}\Zgoda.Store" "" "$(STORE)"
  WriteRegStr HKCU "${CLASSES}\Zgoda.Store\DefaultIcon" "" "$INSTDIR\zgoda-app.exe,0"

  ; The memory of a program that stopped would go along with a report of Windows.
  WriteRegDWORD HKCU "${CRASHES}" "zgoda-app.exe" 1
  WriteRegDWORD HKCU "${CRASHES}" "zgoda.exe" 1

  WriteRegStr HKCU "${REMOVE}" DisplayName "Zgoda"
  WriteRegStr HKCU "${REMOVE}" DisplayVersion "${VERSION}"
  WriteRegStr HKCU "${REMOVE}" DisplayIcon "$INSTDIR\zgoda-app.exe"
  WriteRegStr HKCU "${REMOVE}" InstallLocation "$INSTDIR"
  WriteRegStr HKCU "${REMOVE}" UninstallString '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${REMOVE}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${REMOVE}" NoModify 1
  WriteRegDWORD HKCU "${REMOVE}" NoRepair 1

  Call LookForWebView
SectionEnd

Function LookForWebView
  SetRegView 32
  ReadRegStr $0 HKLM "Software\${WEBVIEW}" pv
  SetRegView 64
  ReadRegStr $1 HKCU "Software\${WEBVIEW}" pv
  StrCmp "$0$1" "" 0 there
  DetailPrint "$(NO_WEBVIEW)"
  MessageBox MB_OK|MB_ICONEXCLAMATION "$(NO_WEBVIEW)" /SD IDOK
there:
FunctionEnd

Section un.Zgoda
  !insertmacro STOP_WHERE_ONE_RUNS "zgoda-app.exe"
  !insertmacro STOP_WHERE_ONE_RUNS "zgoda.exe"
  Delete "$INSTDIR\zgoda-app.exe"
  Delete "$INSTDIR\zgoda.exe"
  Delete "$INSTDIR\WebView2Loader.dll"
  Delete "$INSTDIR\NOTICE.txt"
  !insertmacro DELETE_MODELS
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Zgoda.lnk"
  DeleteRegKey HKCU "${CLASSES}\.zgoda"
  DeleteRegKey HKCU "${CLASSES}\Zgoda.Store"
  DeleteRegValue HKCU "${CRASHES}" "zgoda-app.exe"
  DeleteRegValue HKCU "${CRASHES}" "zgoda.exe"
  DeleteRegKey HKCU "${REMOVE}"
  DetailPrint "$(STAYS)"
SectionEnd
