//! Who may use the camera: the staff's window, and nothing else of the machine.

use tauri::webview::{PermissionKind, PermissionResponse};

use crate::windows::STAFF;

/// Answers a page's wish. Only our own pages are ever loaded (the windows refuse to navigate elsewhere).
pub(crate) fn answer(window: &str, kind: PermissionKind) -> PermissionResponse {
    match kind {
        PermissionKind::Camera if window == STAFF => PermissionResponse::Allow,
        _ => PermissionResponse::Deny,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_staffs_window_gets_the_camera_and_nobody_the_microphone() {
        assert!(matches!(
            answer(STAFF, PermissionKind::Camera),
            PermissionResponse::Allow
        ));
        assert!(matches!(
            answer("attendee", PermissionKind::Camera),
            PermissionResponse::Deny
        ));
        assert!(matches!(
            answer(STAFF, PermissionKind::Microphone),
            PermissionResponse::Deny
        ));
    }
}
