/* landing_style.h - how the landing page looks. */
#ifndef PT_SERVE_LANDING_STYLE_H
#define PT_SERVE_LANDING_STYLE_H

/* What stands between <style> and </style>, in parts, NULL-ended: the page's
 * policy names its digest.  Without '<' and '&', so that it is the same in HTML
 * and XML. */
extern const char *const pt_landing_style[];

/* The page's picture, twice: for the head of the page, and for the tab. */
extern const char pt_landing_mark[];
extern const char pt_landing_icon[];

#endif
