import type { ThemeConfig } from 'antd';

/** One calm brand colour, square corners, no shadows that mean nothing; the phone gets 48 px targets. */
export function themeOf(phone: boolean): ThemeConfig {
  return {
    token: {
      colorPrimary: '#17436b',
      colorInfo: '#17436b',
      colorLink: '#17436b',
      colorError: '#b42318',
      colorWarning: '#c2570c',
      colorText: '#16202a',
      colorTextSecondary: '#414d59',
      colorTextTertiary: '#414d59',
      colorTextDescription: '#414d59',
      colorTextPlaceholder: '#4d5965',
      colorTextDisabled: '#4d5965',
      colorBorder: '#8793a0',
      colorBorderSecondary: '#d3d9df',
      colorBgLayout: '#f4f5f7',
      borderRadius: 4,
      borderRadiusLG: 4,
      borderRadiusSM: 3,
      controlHeight: phone ? 48 : 32,
      controlHeightLG: phone ? 52 : 40,
      controlHeightSM: phone ? 48 : 26,
      fontSize: phone ? 16 : 14,
      fontFamily: 'var(--font)',
      motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.16s',
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500 },
      Segmented: { trackBg: '#e6eaee', itemColor: '#16202a' },
    },
  };
}
